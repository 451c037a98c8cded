"""A whole purchase with `guildbank run` as a process, over real HTTP and WebSocket."""

import json
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from payments.infra.private_files import too_open
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, GENERAL
from sandbox.stripe import Fault, LocalStripe
from tests.process.conftest import PATIENCE_SECONDS, Process, free_port
from tests.support.purchases import buy, put_up, session_behind, urls_in
from tests.support.typed import Finished


def secrets_in(words: str, process: Process, wire: WireDiscord) -> list[str]:
    """What nobody but us may read, of all that went through a run."""
    names = ("DISCORD_TOKEN", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "ENCRYPTION_KEYS")
    secrets = [process.environment[name] for name in names]
    secrets += [each.token for each in wire.state.interactions.values()]
    assert len(secrets) > len(names), "somebody gave a command"
    return [secret for secret in secrets if secret in words]


def all_bytes(folder: Path) -> str:
    """Whatever is in the files of the books."""
    kept = b"".join(each.read_bytes() for each in folder.glob("books.db*"))
    assert b"Starter" in kept
    return kept.decode(errors="replace")


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
async def test_a_purchase_from_the_slash_command_to_the_direct_message(
    process: Process, wire: WireDiscord, stripe: LocalStripe, tmp_path: Path, level: str
) -> None:
    metrics = free_port()
    process.environment |= {"LOG_LEVEL": level, "METRICS_PORT": str(metrics)}
    synced = await process.typed("sync")
    assert synced.code == 0, synced.errors
    if level == "INFO":
        process.forking = None  # once from the first line of the program to its last
        process.without_books()  # and from no books at all
    async with process.running():
        await put_up(wire)
        asked, link = await buy(wire)
        await stripe.pay(await session_behind(link))
        (message,) = await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
        assert "500" in json.dumps(message)
        changed = await wire.wait_for_answer(asked, edited=2, timeout_seconds=PATIENCE_SECONDS)
        assert "500" in json.dumps(changed.message)
        assert urls_in(changed.message) == []
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{link}/success") as page:
                assert "500 points added" in await page.text()
            async with http.get(f"http://127.0.0.1:{metrics}/metrics") as shown:
                numbers = await shown.text()
                assert "guildbank_" in numbers
        balance = await wire.wait_for_answer(await wire.slash(ADA, GENERAL, "balance"), edited=0)
        assert "500" in json.dumps(balance.message)
    if level == "INFO":
        assert "database.ready" in process.log.splitlines()[0], "imports say nothing"
    assert "payment.success" in process.log
    assert secrets_in(process.log, process, wire) == []
    assert secrets_in(all_bytes(tmp_path), process, wire) == []
    assert secrets_in(numbers, process, wire) == []
    assert (await process.typed("verify")).code == 0
    books = sqlite3.connect(tmp_path / "books.db")
    assert books.execute("SELECT count(*) FROM answers").fetchone() == (0,)
    books.execute("UPDATE accounts SET balance = balance + 1")
    books.commit()
    books.close()
    verified = await process.typed("verify")
    assert verified.code == 1
    assert f"member {ADA} of guild" in verified.errors


async def test_killed_in_the_middle_it_comes_back_and_tells_each_thing_once(
    process: Process, wire: WireDiscord, stripe: LocalStripe
) -> None:
    assert (await process.typed("sync")).code == 0
    async with process.running() as first:
        await put_up(wire)
        _, link = await buy(wire)
        session = await session_behind(link)
        first.kill()
        await first.wait()
    await stripe.pay(session)
    async with process.running():
        (message,) = await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
        assert "500" in json.dumps(message)
        await stripe.drain()
    assert len(wire.dms(ADA)) == 1
    assert (await process.typed("verify")).code == 0


def in_one_line(ended: Finished, sentence: str) -> None:
    """It did not start, and said why."""
    assert ended.code == 2
    assert sentence in ended.errors
    assert "Traceback" not in ended.errors
    assert len(ended.errors.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DISCORD_TOKEN": "wrong"}, "Discord refuses DISCORD_TOKEN"),
        ({"DATABASE_URL": "sqlite:////nowhere/books.db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://me:hush@127.0.0.1:9/books"}, "DATABASE_URL cannot be"),
    ],
)
async def test_what_is_wrong_at_the_start_is_said_in_one_line(
    process: Process, settings: dict[str, str], sentence: str
) -> None:
    process.environment["STRIPE_API_URL"] = "http://127.0.0.1:9"
    in_one_line(await process.finish("run", **settings, LOG_LEVEL="ERROR"), sentence)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DISCORD_TOKEN": ""}, "DISCORD_TOKEN"),
        ({"DATABASE_URL": "postgresql://localhost"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "mysql://localhost/books"}, "DATABASE_URL names mysql"),
        ({"GUILD_IDS": "mine"}, "GUILD_IDS is wrong"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is not set"),
        ({"ENCRYPTION_KEYS": "short"}, "ENCRYPTION_KEYS is wrong"),
        ({"HTTP_PORT": "many"}, "HTTP_PORT is wrong"),
    ],
)
async def test_a_setting_that_cannot_be_read_is_said_in_one_line(
    process: Process, settings: dict[str, str], sentence: str
) -> None:
    process.environment["STRIPE_API_URL"] = "http://127.0.0.1:9"
    in_one_line(await process.typed("run", **settings, LOG_LEVEL="ERROR"), sentence)


async def test_a_port_that_is_taken_is_said_in_one_line(
    process: Process, stripe: LocalStripe
) -> None:
    port = stripe.url.rsplit(":", 1)[1]
    ended = await process.finish("run", HTTP_PORT=port, LOG_LEVEL="ERROR")
    in_one_line(ended, f"Cannot listen on 127.0.0.1:{port}")


async def test_init_writes_a_file_for_the_owner_alone_and_never_overwrites(
    process: Process, tmp_path: Path
) -> None:
    first = await process.typed("init")
    assert first.code == 0
    written = tmp_path / ".env"
    assert written.stat().st_mode & 0o777 == 0o600
    before = written.read_text()
    second = await process.typed("init")
    assert second.code == 2
    assert written.read_text() == before
    key = before.split("ENCRYPTION_KEYS=")[1].strip()
    assert (await process.typed("migrate", ENCRYPTION_KEYS=key)).code == 0


async def test_reconcile_finds_what_was_missed(
    process: Process, wire: WireDiscord, stripe: LocalStripe
) -> None:
    assert (await process.typed("sync")).code == 0
    async with process.running():
        await put_up(wire)
        _, link = await buy(wire)
        session = await session_behind(link)
    stripe.plan("lose", "*", times=None)
    await stripe.pay(session)
    found = await process.typed("reconcile", "--since", "2026-01-01")
    assert found.code == 0, found.errors
    assert "Missed until now: " in found.output
    assert not found.output.startswith("0 messages")
    assert (await process.typed("verify")).code == 0
    stripe.faults.add(Fault(kind="error", status=503, times=3))
    away = await process.typed("reconcile")
    assert away.code == 1
    assert "The messages of stripe" in away.errors


async def test_provider_events_can_be_listed_shown_and_tried_again(
    process: Process, wire: WireDiscord, stripe: LocalStripe
) -> None:
    assert (await process.typed("sync")).code == 0
    async with process.running():
        await put_up(wire)
        _, link = await buy(wire)
        await stripe.pay(await session_behind(link))
        await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
    listed = await process.typed("events", "list", "--status", "handled", "--json")
    (event,) = json.loads(listed.output)
    assert event["kind"] == "checkout.session.completed"
    assert event["id"] in (await process.typed("events", "list")).output
    shown = json.loads((await process.typed("events", "show", event["id"])).output)
    assert shown["body"]["data"]["object"]["payment_status"] == "paid"
    again = await process.typed("events", "replay", event["id"])
    assert (again.code, "is handled now" in again.output) == (0, True), again.errors
    assert (await process.typed("verify")).code == 0
    assert "Every message was delivered" in (await process.typed("events", "dead")).output
    assert json.loads((await process.typed("events", "dead", "--json")).output) == []
    nothing = await process.typed("events", "replay", "17")
    assert (nothing.code, "There is no dead letter 17." in nothing.errors) == (2, True)
    missing = await process.typed("events", "show", "evt_none")
    assert missing.code == 2
    assert missing.errors.strip() == "guildbank: There is no provider event evt_none."


async def test_evidence_is_one_file_that_is_not_overwritten_by_accident(
    process: Process, wire: WireDiscord, stripe: LocalStripe
) -> None:
    assert (await process.typed("sync")).code == 0
    async with process.running():
        await put_up(wire)
        _, link = await buy(wire)
        await stripe.pay(await session_behind(link))
        await wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)
    payment = link.rpartition("/")[2]
    written = await process.typed("evidence", payment)
    assert (written.code, written.errors) == (0, "")
    assert written.output.splitlines() == [
        f"Written to evidence-{payment}.{kind}." for kind in ("pdf", "html")
    ]
    page = (process.folder / f"evidence-{payment}.html").read_text()
    for words in (f"Discord user {ADA}, “ada”", "direct message to the buyer", "delivered"):
        assert words in page
    again = await process.typed("evidence", payment)
    assert (again.code, "is there already" in again.errors) == (2, True)
    assert (await process.typed("evidence", payment, "--force")).code == 0
    missing = await process.typed("evidence", "no-such")
    assert missing.errors.strip() == "guildbank: There is no payment no-such."
    assert missing.code == 2
    nameless = await process.typed(
        "evidence", payment, "--output", "other.html", DISCORD_TOKEN="wrong"
    )
    assert (nameless.code, "only their id is in it" in nameless.errors) == (0, True)


async def test_migrate_says_what_it_did(process: Process) -> None:
    process.without_books()
    process.environment["STRIPE_API_URL"] = "http://127.0.0.1:9"
    assert "from version none to" in (await process.typed("migrate")).output
    assert "already" in (await process.typed("migrate")).output


async def test_copy_moves_the_books_and_proves_it(process: Process, tmp_path: Path) -> None:
    assert (await process.typed("migrate")).code == 0
    done = await process.typed("copy", "--to", f"sqlite:///{tmp_path}/copy.db")
    assert done.code == 0, done.errors
    assert "Every count and sum agrees" in done.output
    same = await process.typed("copy", "--to", process.environment["DATABASE_URL"])
    assert (same.code, same.errors) == (2, "The two databases are the same.\n")
    away = await process.typed("copy", TARGET_DATABASE_URL="postgresql://me:hush@127.0.0.1:9/books")
    assert away.code == 2
    assert "hush" not in away.errors
    assert "Traceback" not in away.errors
    await _asks_for_the_password_elsewhere(process)
    assert too_open(tmp_path.rglob("*.db*")) == []  # noqa: ASYNC240 - nothing else runs


async def _asks_for_the_password_elsewhere(process: Process) -> None:
    """What stands on the command line, everybody on the machine can read while it runs."""
    for address in ("postgresql://me:hush@127.0.0.1:9/b", "postgresql://h/b?password=hush"):
        finished = await process.typed("copy", "--to", address)
        assert finished.code == 2
        assert "into a file that TARGET_DATABASE_URL_FILE names" in finished.errors
        assert "hush" not in finished.errors
    nowhere = await process.typed("copy")
    assert (nowhere.code, "Say where to" in nowhere.errors) == (2, True)
