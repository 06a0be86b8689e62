"""Nothing is ever sent to an address of ours: by its form, by what its name means, or by where an answer points."""

import asyncio
import json
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2
import pytest

import models
from models.webhooks.networks import is_public
from models.webhooks.targets import Policy, target
from models.webhooks.unsafe import (
    TargetHasCredentials,
    TargetHost,
    TargetMalformed,
    TargetNotHttps,
    TargetPort,
    TargetPrivate,
    TargetUnknown,
    UnsafeTarget,
)
from tests.channels.conftest import certificate  # noqa: F401  # a fixture
from tests.webhooks.conftest import Post
from tests.webhooks.partner import Partner
from workers.webhooks import safe

HOSTILE: dict[str, type[UnsafeTarget]] = {
    # another scheme, another port, somebody else's name and password
    "http://hooks.example.org/": TargetNotHttps,
    "ftp://hooks.example.org/": TargetNotHttps,
    "file:///etc/passwd": TargetMalformed,
    "gopher://127.0.0.1:6379/_INFO": TargetNotHttps,
    "https://hooks.example.org:22/": TargetPort,
    "https://hooks.example.org:6379/": TargetPort,
    "https://hooks.example.org:0/": TargetPort,
    "https://hooks.example.org:99999/": TargetPort,
    "https://user:pass@hooks.example.org/": TargetHasCredentials,
    "https://hooks.example.org@127.0.0.1/": TargetHasCredentials,
    "https://hooks.example.org%40127.0.0.1/": TargetHost,
    # IPv4, in the forms that resolvers take
    "https://127.0.0.1/": TargetPrivate,
    "https://127.1/": TargetHost,
    "https://2130706433/": TargetHost,
    "https://0x7f000001/": TargetHost,
    "https://0x7f.0.0.1/": TargetHost,
    "https://0177.0.0.1/": TargetHost,
    "https://017700000001/": TargetHost,
    "https://127.0.0.1./": TargetHost,
    "https://0/": TargetHost,
    "https://0.0.0.0/": TargetPrivate,
    "https://10.0.0.7/": TargetPrivate,
    "https://172.16.3.4/": TargetPrivate,
    "https://192.168.1.1/": TargetPrivate,
    "https://100.64.0.1/": TargetPrivate,
    "https://100.100.100.200/latest/meta-data/": TargetPrivate,
    "https://169.254.169.254/latest/meta-data/": TargetPrivate,
    "https://168.63.129.16/": TargetPrivate,
    "https://192.0.0.192/": TargetPrivate,
    "https://198.18.0.1/": TargetPrivate,
    "https://224.0.0.1/": TargetPrivate,
    "https://240.0.0.1/": TargetPrivate,
    "https://255.255.255.255/": TargetPrivate,
    # IPv6, and IPv4 in its clothes
    "https://[::1]/": TargetPrivate,
    "https://[::]/": TargetPrivate,
    "https://[fe80::1]/": TargetPrivate,
    "https://[fe80::1%25eth0]/": TargetMalformed,
    "https://[fd00:ec2::254]/": TargetPrivate,
    "https://[fec0::1]/": TargetPrivate,
    "https://[ff02::1]/": TargetPrivate,
    "https://[::ffff:127.0.0.1]/": TargetPrivate,
    "https://[::ffff:7f00:1]/": TargetPrivate,
    "https://[::ffff:93.184.216.34]/": TargetPrivate,
    "https://[::127.0.0.1]/": TargetPrivate,
    "https://[64:ff9b::7f00:1]/": TargetPrivate,
    "https://[64:ff9b:1::a00:1]/": TargetPrivate,
    "https://[2002:7f00:1::1]/": TargetPrivate,
    "https://[2001:0:7f00:1::1]/": TargetPrivate,
    "https://[2001:db8::1]/": TargetPrivate,
    "https://[100::1]/": TargetPrivate,
    "https://[1:2:3]/": TargetHost,
    # names of the inside, letters that look like others
    "https://localhost/": TargetHost,
    "https://localhost.localdomain/": TargetHost,
    "https://foo.localhost/": TargetHost,
    "https://metadata.google.internal/": TargetHost,
    "https://printer.local/": TargetHost,
    "https://intranet/": TargetHost,
    "https://router.home.arpa/": TargetHost,
    "https://hooks.example.org./": TargetHost,
    "https://１２７.０.０.１/": TargetMalformed,
    "https://ⓛocalhost/": TargetMalformed,
    "https://127。0。0。1/": TargetMalformed,
    "https://hooks_1.example.org/": TargetHost,
    "https://-x.example.org/": TargetHost,
    # what two readers would read in two ways
    "https://hooks.example.org\\@127.0.0.1/": TargetMalformed,
    "https://hooks.example.org/#@127.0.0.1": TargetMalformed,
    "https://hooks.example.org\r\nHost: evil/": TargetMalformed,
    "https://hooks.example.org/a b": TargetMalformed,
    "https://hooks.example.org:443:80/": TargetMalformed,
    "https:///path": TargetMalformed,
    "//hooks.example.org/": TargetMalformed,
    "https:hooks.example.org": TargetMalformed,
    "": TargetMalformed,
    "https://hooks.example.org/" + "x" * 500: TargetMalformed,
}


@pytest.mark.parametrize("url", HOSTILE)
def test_an_address_that_leads_inside_is_refused_in_both_languages(url: str) -> None:
    with pytest.raises(UnsafeTarget) as refused:
        target(url, Policy())

    assert type(refused.value) is HOSTILE[url]
    assert refused.value.path == "url"
    assert refused.value.code.startswith("TARGET_")
    assert refused.value.de != refused.value.en
    assert "127" not in refused.value.de + refused.value.en


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org",
        "https://xn--grn-ioa.example:8443/a?b=c",
        "https://1.1.1.1/x",
        "https://[2606:4700::1111]/",
    ],
)
def test_public_addresses_are_taken(url: str) -> None:
    assert not target(url, Policy()).trusted


class Elsewhere(httpcore2.AsyncNetworkBackend):
    """A network on which every address leads to the loopback: a router, a tunnel, a hosts file."""

    def __init__(self, port: int) -> None:
        self.asked: list[str] = []
        self._port, self._inner = port, httpcore2.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:  # fmt: skip
        self.asked.append(host)
        return await self._inner.connect_tcp("127.0.0.1", self._port, timeout)


MEANINGS = [
    ["127.0.0.1"], ["10.1.2.3"], ["169.254.169.254"], ["::1"], ["fe80::1%eth0"], ["::ffff:10.0.0.1"],
    ["64:ff9b::a9fe:a9fe"], ["2002:a9fe:a9fe::"], ["100.64.1.1"], ["0.0.0.0"], ["93.184.216.34", "192.168.0.1"],
    ["2606:4700::1111", "fd00::1"], ["nonsense"],
]  # fmt: skip


async def test_a_name_with_any_address_inside_is_refused(partner: Partner) -> None:
    for meaning in MEANINGS:
        assert not all(map(is_public, meaning))

        async def resolve(host: str, port: int, meaning: list[str] = meaning) -> list[str]:
            return meaning

        network = Elsewhere(partner.port)
        async with safe.opened(Policy(), resolve=resolve, network=network) as client:
            with pytest.raises(TargetPrivate):
                await client.post("https://hooks.example.org/", b"{}", {})
        assert network.asked == []
    assert partner.received == []


async def test_a_name_that_means_something_else_the_second_time_leads_nowhere(partner: Partner) -> None:
    """E58: what is checked is what is connected to (DNS rebinding); the next one is checked anew, its peer too."""
    meanings = [["93.184.216.34"], ["127.0.0.1"], []]

    async def resolve(host: str, port: int) -> list[str]:
        return meanings.pop(0)

    network = Elsewhere(partner.port)
    async with safe.opened(Policy(), resolve=resolve, network=network) as client:
        for refusal in (TargetPrivate, TargetPrivate, TargetUnknown):
            with pytest.raises(refusal):
                await client.post("https://hooks.example.org/", b"{}", {})

    # The one address that was public was connected to, led to the loopback all the same, and was left at once.
    assert network.asked == ["93.184.216.34"]
    assert partner.received == []


async def test_the_name_is_kept_for_tls_and_host_while_the_address_is_pinned(certificate: Any) -> None:  # noqa: F811
    names: list[str | None] = []
    certificate[1].sni_callback = lambda socket, name, context: names.append(name)
    server = await Partner().start(certificate[1])

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    policy = Policy(trusted=frozenset({f"api.x.com:{server.port}", f"hooks.example.org:{server.port}"}))
    trust = ssl.create_default_context(cafile=certificate[0])
    async with safe.opened(policy, resolve=resolve, trust=trust) as client:
        reply = await client.post(f"https://api.x.com:{server.port}/hook?a=b", b"{}", {})
        with pytest.raises(safe.NoAnswer, match="certificate"):
            await client.post(f"https://hooks.example.org:{server.port}/hook", b"{}", {})
    certificate[1].sni_callback = None
    await server.stop()

    assert reply.status == 204
    assert names == ["api.x.com", "hooks.example.org"]
    assert [each.headers["host"] for each in server.received] == [f"api.x.com:{server.port}"]


async def test_answers_end_by_size_and_by_time(partner: Partner) -> None:
    async with safe.opened(Policy(trusted=frozenset({partner.place})), deadline=0.4) as client:
        endless = await client.post(partner.url("/endless"), b"{}", {})
        assert len(endless.body) == safe.MOST_BYTES
        for path in ("/dripping", "/slow"):
            began = asyncio.get_running_loop().time()
            with pytest.raises(safe.NoAnswer, match="within"):
                await client.post(partner.url(path), b"{}", {})
            assert asyncio.get_running_loop().time() - began < 3
        port = partner.port
        await partner.stop()
        with pytest.raises(safe.NoAnswer) as closed:
            await client.post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert "127" not in str(closed.value)


async def test_a_webhook_whose_name_turns_inside_later_is_refused_and_logged(post: Post) -> None:
    """The log of deliveries says why, without the address; the other webhooks go on."""
    inside = await post.webhook()
    await models.WebhookEndpoint.filter(id=inside.id).update(url="https://[::ffff:169.254.169.254]/latest/")
    await post.webhook("/other")
    await post.happens()

    await post.goes_round()

    delivery = await models.WebhookDelivery.get(endpoint_id=inside.id)
    assert delivery.last_error.startswith("TARGET_PRIVATE: ")
    assert "169" not in json.dumps(delivery.last_error)
    assert len(post.partner.got("/other")) == 1


async def test_connections_are_kept_for_the_addresses_that_were_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe, "DOORS", 2)
    servers = [await Partner().start() for _ in range(3)]
    async with safe.opened(Policy(trusted=frozenset(server.place for server in servers))) as client:
        for server in (*servers, servers[0], servers[0]):
            assert (await client.post(server.url(), b"{}", {})).status == 204
        assert [to.port for to in client._doors] == [servers[n].port for n in (2, 0)]
    assert [len(server.received) for server in servers] == [3, 1, 1]
    for server in servers:
        await server.stop()
