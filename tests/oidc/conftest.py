"""A real OpenID provider: the npm package `oidc-provider`, installed once into a cache outside of the repository.

Without Node, npm or the package these tests are skipped, and say so; `LEUCHTTURM_TEST_STRICT=1` (CI) counts that as a
failure.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from models.site import Site
from resolvers.limits import RateGate
from resolvers.oidc import Provider, ProviderSettings
from schema.context import Services
from tests.graph.api import Api, app_of

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("LEUCHTTURM_TEST_CLIENTS") or Path.home() / ".cache" / "leuchtturm" / "clients")
INSTALLING = 120  # seconds; some 40 packages
BACK = "http://test/sign-in/provider/back"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of each process may have to wait for the packages."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(INSTALLING + 60))


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with the packages and our script in it."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("no Node or no npm on the path: no OpenID provider was tried")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = CACHE / f"oidc-{hashlib.sha256(lock).hexdigest()[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            _install(folder)
        shutil.copy(HERE / "provider.mjs", folder / "provider.mjs")
    return folder


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALLING, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm could not install the OpenID provider in time")
    if done.returncode:
        pytest.skip(f"npm could not install the OpenID provider: {done.stderr.strip()[:200]}")
    (folder / ".complete").touch()


@dataclass
class Elsewhere:
    """The provider under way, with a browser of its own."""

    process: "subprocess.Popen[str]"
    issuer: str

    def order(self, **order: Any) -> None:
        """Say who signs in from now on (`account`), or what the next id_token says instead (`mischief`)."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    async def visit(self, address: str) -> str:
        """Go where we were sent, do what the provider's pages ask for, and give the address that leads back."""
        async with httpx2.AsyncClient() as browser:
            for _ in range(8):
                answer = await browser.get(address)
                assert answer.status_code in (302, 303), answer.text
                address = str(answer.url.join(answer.headers["location"]))
                if address.startswith(BACK):
                    return address
        raise AssertionError("the provider leads nowhere")


@pytest.fixture(scope="session")
def elsewhere(packages: Path) -> Iterator[Elsewhere]:
    process = subprocess.Popen(
        ["node", "provider.mjs", BACK], cwd=packages, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    yield Elsewhere(process, process.stdout.readline().strip())
    process.kill()
    process.communicate()


def browser_before(provider: Provider | None) -> tuple[Services, httpx2.AsyncClient, Any]:
    """Our application with its pages, and a browser in front of it."""
    services = Services(site=Site(base_url="http://test"), gate=RateGate(), more={"oidc": provider})
    app = app_of(services)
    return services, httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test"), app


@pytest.fixture
async def api(database: str, elsewhere: Elsewhere) -> AsyncIterator[Api]:
    named = Provider(ProviderSettings(elsewhere.issuer, "leuchtturm", "a secret of the tests", BACK, "Anderswo"))
    _, client, app = browser_before(named)
    async with client:
        yield Api(client, app, [])
