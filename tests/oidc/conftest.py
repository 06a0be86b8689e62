"""A real OpenID provider: the npm package `oidc-provider`, installed once (`tests/npm.py`)."""

import json
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
from tests.npm import INSTALLING, installed

HERE = Path(__file__).parent
BACK = "http://test/sign-in/provider/back"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of each process may have to wait for the packages."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(INSTALLING + 60))


@pytest.fixture(scope="session")
def packages() -> Path:
    """A folder with the packages and our script in it."""
    return installed(HERE, "provider.mjs")


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
