"""Four of our five top-level names are ordinary words, so somebody else's package could sit on them."""

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("leuchtturm", "models", "resolvers", "schema", "workers")
NOT_CODE = {
    ".graphql",
    ".html",
    ".txt",
    ".mjml",
    ".css",
    ".svg",
    ".woff2",
    ".po",
    ".xml",
    ".json",
    ".md",
    ".jinja",
    ".j2",
}


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_claims_our_package_names(name):
    assert set(packages_distributions().get(name, ["leuchtturm"])) == {"leuchtturm"}


def test_the_package_that_a_stranger_could_overwrite_holds_no_code():
    """pip installs PyPI's `schema` over ours without a word; with an empty __init__ nothing of ours breaks."""
    text = (ROOT / "schema" / "__init__.py").read_text(encoding="utf-8")
    assert "import" not in text


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """What a wheel built from this checkout holds."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_module_and_every_file_beside_them(packed):
    ours = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.suffix in {".py", *NOT_CODE} and "__pycache__" not in file.parts
    }
    assert ours - packed == set()


def test_the_wheel_holds_neither_tests_nor_secrets(packed):
    tops = {name.split("/")[0] for name in packed}
    assert {top for top in tops if not top.startswith("leuchtturm-")} <= set(PACKAGES)
    assert not [name for name in packed if ".env" in name or name.endswith(".sqlite3")]


def test_the_licence_travels_with_the_wheel(packed):
    assert [name for name in packed if name.endswith("licenses/LICENSE")]
