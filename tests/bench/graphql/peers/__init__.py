"""npm packages of the servers beside us: installed once, into a cache outside of the repository, by the bench alone."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("LEUCHTTURM_BENCH_PEERS") or Path.home() / ".cache" / "leuchtturm" / "bench-peers")
NODE_SCRIPTS = {"Mercurius JIT": "mercurius.mjs", "PostGraphile 5": "postgraphile.mjs"}
OLDEST = 20  # Fastify 5 and PostGraphile 5 run on nothing older


def installed() -> Path | None:
    """The folder with packages and scripts; None, said aloud, without Node 20 or npm."""
    if not shutil.which("node") or not shutil.which("npm"):
        print("No Node or no npm on the path: the servers beside us are left out.")
        return None
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < OLDEST:
        print(f"Node is older than {OLDEST}: the servers beside us are left out.")
        return None
    lock = (HERE / "package-lock.json").read_bytes()
    folder = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".complete").exists():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True)
        (folder / ".complete").touch()
    for script in HERE.glob("*.mjs"):
        shutil.copy(script, folder / script.name)
    return folder
