"""`guildbank init` at a terminal."""

import asyncio
from pathlib import Path

from sandbox.discord_wire import WireDiscord
from sandbox.stripe import LocalStripe
from tests.process.conftest import SECRET_KEY, TOKEN, Process
from tests.support.terminal import initialise, of_owner
from tests.support.typed import Terminal, carry_out


async def test_from_no_settings_to_a_bot_that_doctor_finds_well(
    process: Process, wire: WireDiscord, stripe: LocalStripe, tmp_path: Path
) -> None:
    """What is typed as a secret is not shown; what was written is all that the program needs."""
    assert wire.api_url
    stripe.state.endpoints.clear()
    screen = await initialise(process)
    assert TOKEN not in screen.shown
    assert SECRET_KEY not in screen.shown
    assert "Traceback" not in screen.shown
    written = tmp_path / ".env"
    assert written.stat().st_mode & 0o777 == 0o600
    (endpoint,) = stripe.state.endpoints.values()
    assert f"STRIPE_WEBHOOK_SECRET={endpoint.secrets[0]}\n" in written.read_text()
    owner = of_owner(process)
    written.chmod(0o644)
    refused = await owner.typed("sync")
    assert (refused.code, refused.output) == (2, "")
    assert refused.errors.endswith("Run: chmod 600 .env\n")
    written.chmod(0o600)
    synced = await owner.typed("sync")
    assert synced.code == 0, synced.errors
    async with owner.running():
        looked = await owner.typed("doctor")
    assert looked.code == 0, looked.output
    assert "0 errors" in looked.output
    assert "messages signed with STRIPE_WEBHOOK_SECRET" in looked.output


async def test_asked_not_to_ask_it_writes_empty_lines_at_a_terminal_too(
    tmp_path: Path,
) -> None:
    ended = await asyncio.to_thread(carry_out, ["init", "--template"], tmp_path, {}, Terminal())
    assert (ended.code, ended.errors) == (0, "")
    assert "Fill in the empty lines" in ended.output
    assert "DISCORD_TOKEN=\n" in (tmp_path / ".env").read_text()
