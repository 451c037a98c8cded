"""A mail server that refuses, waits, goes in the middle, or is not who it should be."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from payments.domain.values.time import HOUR, MINUTE, SECOND
from payments.integrations.mail.smtp import mailer
from sandbox.mail.server import CUT, LocalMail
from tests.conftest import Time
from tests.support.certificates import Certificate, certificate
from tests.support.databases import only_on_sqlite
from tests.support.posting import ADDRESS, PostOffice, post_office

pytestmark = only_on_sqlite


async def test_a_server_that_greylists_gets_the_mail_again_a_minute_later_without_an_attempt(
    post: PostOffice,
) -> None:
    await post.buy()
    post.mailbox.fail("rcpt", "450 4.2.0 Greylisted, try again later", "451 4.7.1 Not yet")
    assert await post.send() == [("waiting", 0)]
    assert await post.send(after=59 * SECOND) == [("waiting", 0)]
    assert await post.send(after=2 * SECOND) == [("waiting", 0)]
    assert await post.send(after=MINUTE) == [("delivered", 0)]
    assert len(post.mailbox.mails) == 1


async def test_an_address_that_is_refused_at_once_gets_nothing_more_and_is_deleted(
    post: PostOffice,
) -> None:
    await post.buy()
    post.mailbox.fail("rcpt", "550 5.1.1 <ada@example.org>: user unknown")
    assert await post.send() == [("given_up", 0)]
    assert await post.stored() == []
    await post.buy("two")
    assert await post.send() == [("given_up", 0), ("given_up", 0)]
    assert post.mailbox.mails == []


async def test_what_a_server_says_of_us_stops_no_address_and_waits_for_a_person(
    post: PostOffice,
) -> None:
    await post.buy()
    post.mailbox.fail("rcpt", "554 5.7.1 <ada@example.org>: Relay access denied")
    assert await post.send() == [("dead", 1)]
    assert await post.stored() == [ADDRESS]


async def test_a_mail_that_is_refused_whole_is_a_dead_letter_at_once(post: PostOffice) -> None:
    await post.buy()
    post.mailbox.fail("data", "554 5.6.0 This message is refused")
    assert await post.send() == [("dead", 1)]
    assert await post.stored() == [ADDRESS]


async def test_a_connection_that_is_lost_before_anything_was_said_costs_no_attempt(
    post: PostOffice,
) -> None:
    await post.buy()
    post.mailbox.fail("mail", CUT)
    assert await post.send() == [("waiting", 0)]
    assert await post.send(after=MINUTE) == [("delivered", 0)]
    assert len(post.mailbox.mails) == 1


async def test_an_answer_that_is_lost_after_the_mail_leads_to_a_second_one_with_the_same_id(
    post: PostOffice,
) -> None:
    """What SMTP cannot tell apart: taken without an answer, and not taken."""
    await post.buy()
    post.mailbox.fail("data", CUT)
    assert await post.send() == [("waiting", 1)]
    assert await post.send(after=10 * SECOND) == [("delivered", 1)]
    first, second = post.mailbox.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.text == second.text


async def test_many_mails_go_over_one_connection_and_a_new_one_after_a_pause(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer, "IDLE_SECONDS", 0)
    for number in range(30):
        await post.buy(f"p{number}")
    assert {status for status, _ in await post.send(after=MINUTE)} == {"delivered"}
    assert len(post.mailbox.mails) == 30
    assert post.mailbox.connections <= 30
    before = post.mailbox.connections
    await asyncio.sleep(0)
    await post.buy("later")
    await post.send()
    assert post.mailbox.connections == before + 1


async def test_a_server_that_is_away_opens_the_breaker_and_costs_no_attempt(
    database_url: str, clock: Time
) -> None:
    gone = LocalMail()
    await gone.start()
    port = gone.port
    await gone.close()
    async with post_office(database_url, clock, smtp_port=port, **_smtp()) as post:
        await post.buy()
        for _ in range(5):
            assert await post.send(after=HOUR) == [("waiting", 0)]
        assert await post.health() == "breaker open"


async def test_a_slow_server_holds_up_no_purchase_and_is_waited_for(
    post: PostOffice, local: LocalMail
) -> None:
    local.mailbox.seconds = 0.2
    await post.buy()
    sending = asyncio.create_task(post.send())
    await asyncio.sleep(0)
    await post.buy("two", address=None)
    assert not sending.done()
    assert (await sending)[0] == ("delivered", 0)


async def test_a_server_that_never_answers_a_mail_is_left_and_that_costs_an_attempt(
    post: PostOffice, local: LocalMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer, "ANSWER_SECONDS", 0.05)
    local.mailbox.seconds = 0.5
    await post.buy()
    assert await post.send() == [("waiting", 1)]


def _smtp(**more: Any) -> dict[str, Any]:
    return {
        "mail_service": "smtp",
        "mail_from": "receipts@guild.example",
        "mail_per_second": 1000,
        "smtp_host": "127.0.0.1",
        "smtp_tls": "off",
        **more,
    }


@asynccontextmanager
async def _served(**changes: Any) -> AsyncIterator[LocalMail]:
    local = LocalMail(**changes)
    await local.start()
    try:
        yield local
    finally:
        await local.close()


@pytest.fixture(scope="module")
def made() -> Certificate:
    return certificate("localhost")


def _context(made: Certificate, folder: Path) -> tuple[ssl.SSLContext, Path]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    both = folder / "both.pem"
    both.write_bytes(made.certificate + made.key)
    context.load_cert_chain(both)
    trusted = folder / "trusted.pem"
    trusted.write_bytes(made.certificate)
    return context, trusted


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_it_is_encrypted_and_logs_in(
    database_url: str, clock: Time, tmp_path: Path, made: Certificate, tls: str
) -> None:
    context, trusted = _context(made, tmp_path)
    async with _served(tls=context, implicit=tls == "tls", login=True) as local:
        local.mailbox.logins["shop"] = "secret"
        settings = _smtp(
            smtp_host="localhost",
            smtp_tls=tls,
            smtp_ca_file=trusted,
            smtp_username="shop",
            smtp_password="secret",
        )
        async with post_office(database_url, clock, local, **settings) as post:
            await post.buy()
            assert await post.send() == [("delivered", 0)]
            [mail] = local.mailbox.mails
            assert mail.name == "shop"


async def test_a_refused_password_costs_no_attempt_and_is_said(
    database_url: str, clock: Time, tmp_path: Path, made: Certificate
) -> None:
    context, trusted = _context(made, tmp_path)
    async with _served(tls=context, login=True) as local:
        settings = _smtp(
            smtp_host="localhost",
            smtp_tls="starttls",
            smtp_ca_file=trusted,
            smtp_username="shop",
            smtp_password="wrong",
        )
        async with post_office(database_url, clock, local, **settings) as post:
            await post.buy()
            assert await post.send() == [("waiting", 0)]
            assert (await post.health()).startswith("refused: The mail server said 535")
            local.mailbox.logins["shop"] = "wrong"
            assert await post.send(after=2 * MINUTE) == [("delivered", 0)]
            assert await post.health() == "ok"


@pytest.mark.parametrize(
    ("tls", "host", "words"),
    [
        ("starttls", "localhost", "The certificate of localhost"),
        ("tls", "localhost", "The certificate of localhost"),
    ],
)
async def test_a_certificate_that_nobody_vouches_for_sends_nothing(
    database_url: str,
    clock: Time,
    tmp_path: Path,
    made: Certificate,
    tls: str,
    host: str,
    words: str,
) -> None:
    context, _ = _context(made, tmp_path)
    async with _served(tls=context, implicit=tls == "tls") as local:
        settings = _smtp(smtp_host=host, smtp_tls=tls)
        async with post_office(database_url, clock, local, **settings) as post:
            await post.buy()
            assert await post.send() == [("waiting", 0)]
            assert words in await post.health()
            assert local.mailbox.mails == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_server_without_encryption_gets_nothing(
    database_url: str, clock: Time, tls: str
) -> None:
    """It never falls back to less."""
    async with _served() as local:
        settings = _smtp(smtp_host="localhost", smtp_tls=tls)
        async with post_office(database_url, clock, local, **settings) as post:
            await post.buy()
            assert await post.send() == [("waiting", 0)]
            assert "refused: " in await post.health()
            assert local.mailbox.mails == []
