"""How much the webhook door takes from whom, to the last byte and second, and what it counts."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_network

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from payments.infra.outbound import Outbound
from payments.providers.stripe.provider import StripeProvider
from payments.services.inbox import Inbox
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.unable import Unable
from tests.support.web import SECRET, Web, event_body, serve, sign
from webhooks import provider_webhooks as door
from webhooks.keys import Parts, webhooks_of
from webhooks.server import failures as failures_module
from webhooks.server.bodies import Bodies
from webhooks.server.failures import FAILURES, Failures, host_of

pytestmark = only_on_sqlite

URL = "/webhooks/stripe"


@dataclass
class Asked(Bodies):
    """Notes how large a body may be and how long it may take; some fail instead of arriving."""

    limits: list[tuple[int, float]] = field(default_factory=list)
    refusal: web.HTTPException | None = None

    def __post_init__(self) -> None:
        super().__init__()

    @contextlib.asynccontextmanager
    async def read(
        self, request: web.Request, *, most: int, seconds: float
    ) -> AsyncIterator[bytes]:
        self.limits.append((most, seconds))
        if self.refusal is not None:
            raise self.refusal
        async with super().read(request, most=most, seconds=seconds) as body:
            yield body


@dataclass
class Known(Failures):
    """Addresses that have sent too much rubbish, or none; it counts."""

    known: bool = True
    counted: list[str] = field(default_factory=list)

    def is_known(self, address: str) -> bool:
        del address
        return self.known

    async def is_too_many(self, address: str) -> bool:
        self.counted.append(address)
        return self.known


def test_the_numbers_of_the_door() -> None:
    assert (door.MAX_BODY_BYTES, door.SMALL_BODY_BYTES) == (1024 * 1024, 64 * 1024)
    assert door.KNOWN_SECONDS == 1
    assert (failures_module.FAILURES, failures_module.SECONDS) == (30, 60)
    assert failures_module.ADDRESSES == 10_000
    assert Parts.__dataclass_fields__["body_seconds"].default == 10


@pytest.mark.parametrize(
    ("known", "usual", "seconds"),
    [(False, 10.0, 10.0), (False, 0.5, 0.5), (True, 10.0, 1.0), (True, 0.5, 0.5)],
)
async def test_a_body_has_its_time_and_that_of_a_known_sender_a_second_at_most(
    parts: Parts, clock: Time, *, known: bool, usual: float, seconds: float
) -> None:
    bodies = Asked()
    more = {"bodies": bodies, "failures": Known(known=known), "body_seconds": usual}
    async with serve(replace(parts, **more), clock) as face:  # type: ignore[arg-type]
        assert await face.post(event_body("invoice.paid")) == 200
    assert bodies.limits == [(door.MAX_BODY_BYTES, seconds)]


def of_size(size: int) -> bytes:
    """A genuine message, `size` bytes long."""
    empty = event_body("invoice.paid", padding="")
    return event_body("invoice.paid", padding="x" * (size - len(empty))).encode()


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 200), (64 * 1024 + 1, 429)])
async def test_of_a_known_sender_a_body_is_read_up_to_64_kib(
    parts: Parts, clock: Time, size: int, status: int
) -> None:
    async with serve(replace(parts, failures=Known()), clock) as face:
        assert await face.post(of_size(size)) == status


@pytest.mark.parametrize(
    ("refusal", "counts"),
    [
        (web.HTTPBadRequest(), True),
        (web.HTTPRequestTimeout(), True),
        (web.HTTPRequestEntityTooLarge(1, 2), True),
        (web.HTTPServiceUnavailable(), False),
    ],
)
@pytest.mark.parametrize("known", [False, True])
async def test_what_the_sender_did_wrong_counts_and_what_we_could_not_do_does_not(
    parts: Parts, clock: Time, refusal: web.HTTPException, *, counts: bool, known: bool
) -> None:
    failures = Known(known=known)
    more = {"bodies": Asked(refusal=refusal), "failures": failures}
    async with serve(replace(parts, **more), clock) as face:  # type: ignore[arg-type]
        status = await face.post(b"{}")
        assert status == (429 if known and counts else refusal.status)
        labels = {"provider": "stripe", "status": str(status)}
        name = "guildbank_webhook_requests_total"
        assert face.registry.get_sample_value(name, labels) == 1
    assert failures.counted == (["127.0.0.1"] if counts else [])


async def test_whoever_is_behind_a_trusted_proxy_counts_alone(parts: Parts, clock: Time) -> None:
    failures = Known(known=False)
    proxies = (ip_network("127.0.0.0/8"),)
    more = replace(parts, failures=failures, trusted_proxies=proxies)
    async with serve(more, clock) as face:
        for address in ("203.0.113.7", "203.0.113.8"):
            headers = {"X-Forwarded-For": address}
            assert await face.post(b"{}", signature="t=1,v1=0", headers=headers) == 400
    assert failures.counted == ["203.0.113.7", "203.0.113.8"]


async def test_a_rejection_is_one_line_that_says_of_whom_and_why(web: Web) -> None:
    with capture_logs() as lines:
        for _ in range(2):
            assert await web.post(b"{}", signature="t=1,v1=0") == 400
    (line,) = [each for each in lines if each["event"] == "webhook.rejected"]
    assert (line["provider"], line["reason"]) == ("stripe", "signature")
    assert (line["address"], line["log_level"]) == ("127.0.0.1", "warning")
    assert line["error"].endswith(".")


async def test_a_length_that_is_too_large_is_refused_before_the_body(
    parts: Parts, clock: Time
) -> None:
    bodies = Asked()
    async with serve(replace(parts, bodies=bodies), clock) as face:
        for size, status in ((door.MAX_BODY_BYTES + 1, 413), (door.MAX_BODY_BYTES, 200)):
            body = of_size(size)
            headers = {"Stripe-Signature": sign(body, clock)}
            url = f"{face.url}{URL}"
            async with face.session.post(url, data=io.BytesIO(body), headers=headers) as answer:
                assert answer.status == status
            assert len(bodies.limits) == (status == 200)


async def test_an_encoded_body_is_refused_before_it_is_read(parts: Parts, clock: Time) -> None:
    bodies = Asked()
    async with serve(replace(parts, bodies=bodies), clock) as face:
        headers = {"Content-Encoding": "gzip"}
        assert await face.post(event_body("invoice.paid"), headers=headers) == 400
    assert bodies.limits == []


async def test_what_is_taken_in_says_so_and_its_time_is_measured(web: Web) -> None:
    body = event_body("invoice.paid")
    headers = {"Stripe-Signature": sign(body.encode(), web.clock)}
    async with web.session.post(f"{web.url}{URL}", data=body, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (200, {"message": "Received."})
    total = web.registry.get_sample_value("guildbank_webhook_seconds_sum", {"provider": "stripe"})
    assert total is not None
    assert 0 < total < 60


async def test_a_fault_of_ours_is_counted_as_one(
    parts: Parts, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(Inbox, "receive", fail)
    failures = Known(known=False)
    async with serve(replace(parts, failures=failures), clock) as face:
        assert await face.post(event_body("invoice.paid")) == 500
        labels = {"provider": "stripe", "status": "500"}
        assert face.registry.get_sample_value("guildbank_webhook_requests_total", labels) == 1
    assert failures.counted == []


async def test_forgeries_are_counted_from_none_on_so_that_the_first_is_seen(web: Web) -> None:
    name, labels = "guildbank_webhook_rejected_total", {"provider": "stripe", "reason": "signature"}
    assert web.registry.get_sample_value(name, labels) == 0


async def test_each_provider_has_a_door_of_its_own(parts: Parts, clock: Time) -> None:
    other = StripeProvider(
        secret_key="sk_test_2", webhook_secrets=["whsec_of_another"], outbound=Outbound()
    )
    webhooks = {**parts.webhooks, "other": (other, other.webhook)}
    body = event_body("invoice.paid").encode()
    async with serve(replace(parts, webhooks=webhooks), clock) as face:
        for name, secret, status in (
            ("stripe", SECRET, 200),
            ("other", SECRET, 400),
            ("other", "whsec_of_another", 200),
        ):
            headers = {"Stripe-Signature": sign(body, clock, secret)}
            url = f"{face.url}/webhooks/{name}"
            async with face.session.post(url, data=body, headers=headers) as answer:
                assert answer.status == status


async def test_a_provider_that_makes_no_requests_has_no_door(parts: Parts, clock: Time) -> None:
    webhooks = webhooks_of([Unable(name="bare")])
    async with (
        serve(replace(parts, webhooks=webhooks), clock) as face,
        face.session.post(f"{face.url}/webhooks/bare", data=b"{}") as answer,
    ):
        assert answer.status == 404


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1::7", "20010db800000001::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "20010db800000001::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_an_ipv6_host_is_known_by_the_first_half_of_its_address(address: str, host: str) -> None:
    assert host_of(address) == host


async def test_after_a_minute_an_address_is_heard_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as it may in a minute, then one every two seconds."""
    now = 1_000.0
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: now)
    failures = Failures()
    for _ in range(FAILURES):
        assert not failures.is_known("192.0.2.1")
        assert not await failures.is_too_many("192.0.2.1")
    assert failures.is_known("192.0.2.1")
    now += 1.9
    assert failures.is_known("192.0.2.1")
    now += 0.2
    assert not failures.is_known("192.0.2.1")
    now += 60
    for _ in range(FAILURES):
        assert not await failures.is_too_many("192.0.2.1")
    assert await failures.is_too_many("192.0.2.1")
