"""What can be wrong at Discord is named, with the way out."""

from typing import Any

import pytest

from payments.commands.base import SYSTEM
from payments.commands.guild.packages import AddPackage
from payments.domain.values.ids import CommandKey, GuildId, PackageId
from payments.domain.values.money import Money
from payments.infra.clock import system_clock
from payments.infra.finding import FindingState
from sandbox.discord_wire import Fault
from sandbox.discord_wire.world import BOT_ROLE, GENERAL, GUILD, MODS, Overwrite
from tests.faces.command_line.doctor.conftest import Installation

VIEW, SEND, THREADS, IN_THREADS = 1 << 10, 1 << 11, 1 << 36, 1 << 38


def deny(well: Installation, channel: int, permissions: int) -> None:
    """The bot's role may not do this in a channel."""
    guild = well.wire.state.guilds[GUILD]
    denied = Overwrite(id=BOT_ROLE, deny=permissions)
    channels = tuple(
        each.model_copy(update={"overwrites": (*each.overwrites[:-1], denied)})
        if each.id == channel
        else each
        for each in guild.channels
    )
    well.wire.state.guilds[GUILD] = guild.model_copy(update={"channels": channels})


def change_application(well: Installation, **changes: Any) -> None:
    state = well.wire.state
    state.application = state.application.model_copy(update=changes)


async def test_a_wrong_token_is_named_and_nothing_beyond_is_asked(well: Installation) -> None:
    found = await well.examine(discord_token="wrong")
    token = found.the("Discord token")
    assert token.state == FindingState.ERROR
    assert "Reset Token" in token.remedy
    assert not [each for each in found.all if each.check.startswith(("Server", "Discord c"))]


async def test_a_discord_that_answers_strangely_is_named(well: Installation) -> None:
    well.wire.faults.add(Fault(kind="error", status=403))
    found = (await well.examine()).the("Discord token")
    assert "403" in found.words


async def test_interactions_that_go_elsewhere_are_named(well: Installation) -> None:
    change_application(well, interactions_endpoint_url="https://other.example/interactions")
    found = (await well.examine()).the("Discord application")
    assert found.state == FindingState.ERROR
    assert "Interactions Endpoint URL" in found.remedy


async def test_an_application_that_nobody_can_invite_is_named(well: Installation) -> None:
    change_application(well, require_code_grant=True)
    assert "Code Grant" in (await well.examine()).the("Discord application").remedy


async def test_privileged_intents_are_told_but_do_no_harm(well: Installation) -> None:
    (found,) = (await well.examine()).of("Discord intents")
    assert (found.state, "Message Content" in found.words) == (FindingState.OK, True)
    change_application(well, flags=0)
    (found,) = (await well.examine()).of("Discord intents")
    assert found.words == "No privileged intent is needed."


async def test_the_one_that_the_settings_ask_for_must_be_on(well: Installation) -> None:
    (found,) = (await well.examine(discord_members_intent=True)).of("Discord intents")
    assert found.state == FindingState.OK
    assert found.words.startswith("The bot sees members join, as DISCORD_MEMBERS_INTENT says.")
    assert "Server Members may be switched off" not in found.words
    change_application(well, flags=0)
    (found,) = (await well.examine(discord_members_intent=True)).of("Discord intents")
    assert found.state == FindingState.ERROR
    assert "switch Server Members Intent on" in found.remedy


async def test_commands_that_discord_does_not_know_are_named(well: Installation) -> None:
    known = well.wire.state.commands[GUILD]
    well.wire.state.commands[GUILD] = [
        each | {"description": "Older words."} if each["name"] == "balance" else each
        for each in known
        if each["name"] != "buy"
    ]
    found = (await well.examine()).the("Discord commands")
    assert found.words.endswith(f"on server {GUILD}: balance, buy.")
    assert "guildbank sync" in found.remedy


async def test_commands_everywhere_are_looked_at_where_any_server_may_sell(
    well: Installation,
) -> None:
    found = await well.examine(guild_ids="*")
    assert "buy" in found.the("Discord commands").words
    assert [each.state for each in found.of("Server The Guild")] == [FindingState.OK]


async def test_a_server_without_the_bot_is_named_with_the_link_that_invites_it(
    well: Installation,
) -> None:
    found = (await well.examine(guild_ids=f"{GUILD},77")).the("Server 77")
    assert found.state == FindingState.ERROR
    assert "scope=bot+applications.commands" in found.remedy
    assert f"permissions={VIEW | SEND | THREADS | IN_THREADS}" in found.remedy
    assert "guild_id=77" in found.remedy


async def test_that_any_server_may_sell_is_said_and_which_wait(well: Installation) -> None:
    found = (await well.examine(guild_ids="*")).the("Any server")
    assert "sell through your account. Let in: 0." in found.words
    assert f"These wait: {GUILD}." in found.words
    assert "guildbank admit" in found.remedy
    await well.running.services.admissions.admit(GuildId(GUILD), system_clock())
    found = (await well.examine(guild_ids="*")).the("Any server")
    assert found.words.endswith("Let in: 1.")
    assert not (await well.examine()).of("Any server")


async def test_a_bot_without_any_server_is_named(well: Installation) -> None:
    well.wire.state.guilds.clear()
    assert "Invite it" in (await well.examine(guild_ids="*")).the("Servers").remedy


async def test_a_moderators_channel_that_is_not_set_is_named(well: Installation) -> None:
    await well.set(announcement_channel=GENERAL)
    found = (await well.examine()).the("Server The Guild")
    assert found.state == FindingState.WARNING
    assert "/setup panel" in found.remedy


async def test_a_channel_that_is_gone_is_named(well: Installation) -> None:
    await well.set(mod_channel=MODS, announcement_channel=12345)
    found = (await well.examine()).the("Server The Guild")
    assert found.words == "The announcement channel is gone."
    assert "announcement_channel" in found.remedy


async def test_a_channel_that_the_bot_cannot_see_is_named(well: Installation) -> None:
    deny(well, MODS, VIEW)
    found = (await well.examine()).the("Server The Guild")
    assert found.state == FindingState.ERROR
    assert found.words == "The bot may not see the moderators' channel."
    assert "View Channel, Send Messages" in found.remedy


async def test_a_channel_that_the_bot_cannot_write_in_is_named(well: Installation) -> None:
    guild = well.wire.state.guilds[GUILD]
    mods = guild.channels[1]
    hidden = Overwrite(id=BOT_ROLE, allow=VIEW, deny=SEND)
    changed = mods.model_copy(update={"overwrites": (*mods.overwrites[:-1], hidden)})
    well.wire.state.guilds[GUILD] = guild.model_copy(
        update={"channels": (guild.channels[0], changed)}
    )
    found = (await well.examine()).the("Server The Guild")
    assert found.words.endswith("moderators' channel, #mods: Send Messages.")


async def test_missing_rights_for_private_threads_are_named(well: Installation) -> None:
    await well.set(mod_channel=MODS, notice_channel=GENERAL)
    deny(well, GENERAL, THREADS | IN_THREADS)
    found = (await well.examine()).the("Server The Guild")
    assert "#general" in found.words
    assert "Create Private Threads" in found.words
    assert "Send Messages in Threads" in found.words


async def test_a_moderators_role_that_is_gone_is_named(well: Installation) -> None:
    await well.set(mod_channel=MODS, moderator_role=12345)
    assert "moderator_role" in (await well.examine()).the("Server The Guild").remedy


@pytest.mark.parametrize("books", ["books.db", "none.db"])
async def test_without_settings_of_the_server_only_that_is_said(
    well: Installation, books: str
) -> None:
    found = await well.examine(database_url=f"sqlite:///{well.folder}/{books}")
    assert bool(found.bad(FindingState.WARNING)) is True
    looked = [each.state for each in found.of("Server The Guild")]
    assert looked == [FindingState.OK if books == "books.db" else FindingState.WARNING]


async def test_a_list_of_servers_that_does_not_come_stops_nothing_else(well: Installation) -> None:
    well.wire.faults.add(Fault(kind="error", status=403, path="/users/@me/guilds"))
    found = await well.examine(guild_ids="*")
    assert found.the("Servers").state == FindingState.ERROR
    assert found.of("Clock")


async def test_a_package_that_nobody_can_buy_is_named(well: Installation) -> None:
    price = Money(minor=10, currency="USD")
    await well.running.runner.run(
        AddPackage(
            key=CommandKey("add"),
            at=system_clock(),
            actor=SYSTEM,
            guild=GuildId(GUILD),
            name="Tiny",
            points=10,
            price=price,
            package=PackageId("tiny"),
        )
    )
    found = (await well.examine()).the(f"Server {well.wire.state.guilds[GUILD].name}")
    assert found.state == FindingState.ERROR
    assert found.words == (
        "Nobody can buy the package 'Tiny'. Stripe charges at least 0.50 USD, and this is 0.10 USD."
    )
    assert "/package edit" in found.remedy


async def test_a_name_writes_no_lines_of_its_own(well: Installation) -> None:
    """A server's owner names it, and somebody else reads that in a terminal."""
    await well.set()
    name = "A\x1b[2J\u202e\nok  Database: all is well"
    guild = well.wire.state.guilds[GUILD]
    well.wire.state.guilds[GUILD] = guild.model_copy(update={"name": name})
    found = (await well.examine()).the("Server A [2J ok Database: all is well")
    assert found.state == FindingState.WARNING
