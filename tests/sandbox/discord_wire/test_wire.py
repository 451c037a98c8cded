"""Login, gateway, direct messages and faults, with a real discord.py bot."""

import asyncio
import io

import discord
import pytest
from aiohttp import ClientSession, ServerDisconnectedError

from payments.domain.values.time import MINUTE
from sandbox.discord_wire import Fault, WireDiscord, default_world
from sandbox.discord_wire.world import ADA, BEN, GENERAL, GUILD, MIRA, MODERATORS, User
from tests.conftest import Time
from tests.sandbox.discord_wire.bot import Bot
from tests.sandbox.discord_wire.conftest import TOKEN, running

MESSAGES = "/channels/*/messages"


async def test_a_bot_logs_in_and_sees_the_guild(local: WireDiscord, bot: Bot) -> None:
    assert bot.user is not None
    assert bot.user.name == "guildbank"
    guild = bot.get_guild(GUILD)
    assert guild is not None
    assert [each.name for each in guild.text_channels] == ["general", "mods"]
    assert (await guild.fetch_member(ADA)).display_name == "Ada"
    assert (await bot.fetch_user(BEN)).name == "ben"
    assert local.gateway.connected
    assert local.requests[0].path == "/users/@me"


async def test_members_come_with_their_intent(
    local: WireDiscord,
    addresses: None,  # noqa: ARG001 - sets where the bot logs in
) -> None:
    async with running(Bot(discord.Intents.all())) as bot:
        guild = bot.get_guild(GUILD)
        assert guild is not None
        assert guild.member_count == len(guild.members) == 5
        found = await guild.query_members("mir")
        assert [each.id for each in found] == [MIRA]
    await local.state.until(lambda: not local.gateway.connected or None, 5)


async def test_a_wrong_token_is_refused(
    local: WireDiscord,
    addresses: None,  # noqa: ARG001 - sets where the bot logs in
) -> None:
    async with Bot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login("wrong")
    async with Bot() as bot:
        await bot.login(TOKEN)
        bot.http.token = "wrong"
        with pytest.raises(discord.ConnectionClosed) as closed:
            await bot.connect()
        assert closed.value.code == 4004
    assert local.requests[0].status == 401


async def test_a_dropped_connection_is_resumed_with_what_was_missed(
    local: WireDiscord, bot: Bot
) -> None:
    await bot.sync()
    assert local.gateway.drop() == 1
    asked = await local.slash(ADA, GENERAL, "buy", {"package": "small"})
    assert (await local.wait_for_answer(asked, edited=1)).message
    async with asyncio.timeout(5):
        await bot.resumed.wait()
    assert local.gateway.resumes == 1


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_begins_anew(
    local: WireDiscord, bot: Bot, *, resumable: bool
) -> None:
    bot.ready.clear()
    await local.gateway.invalidate(resumable=resumable)
    async with asyncio.timeout(10):
        await (bot.resumed if resumable else bot.ready).wait()
    assert local.gateway.connected


async def test_a_bot_that_is_asked_to_reconnect_resumes(local: WireDiscord, bot: Bot) -> None:
    await local.gateway.reconnect()
    async with asyncio.timeout(5):
        await bot.resumed.wait()


async def test_a_nonce_sends_one_message(local: WireDiscord, bot: Bot, clock: Time) -> None:
    user = await bot.fetch_user(ADA)
    first = await user.send("paid", nonce="notice-1")
    again = await user.send("paid", nonce="notice-1")
    assert first.id == again.id
    assert len(await local.wait_for_dm(ADA)) == 1
    clock.pass_(10 * MINUTE)
    await user.send("paid", nonce="notice-1")
    assert len(await local.wait_for_dm(ADA, 2)) == 2
    with pytest.raises(discord.HTTPException) as refused:
        await user.send("paid", nonce="n" * 26)
    assert refused.value.code == 50035


async def test_messages_are_edited_and_deleted(local: WireDiscord, bot: Bot) -> None:
    channel = await bot.fetch_channel(GENERAL)
    assert isinstance(channel, discord.TextChannel)
    file = discord.File(io.BytesIO(b"text"), "note.txt")
    sent = await channel.send(embed=discord.Embed(title="One"), file=file)
    assert local.messages(GENERAL)[0]["embeds"][0]["title"] == "One"
    assert await sent.attachments[0].read() == b"text"
    await sent.edit(content="two", embed=None)
    assert (await channel.fetch_message(sent.id)).content == "two"
    assert [each.id async for each in channel.history()] == [sent.id]
    await sent.delete()
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(sent.id)


async def test_a_role_is_given_below_the_bots_own(local: WireDiscord, bot: Bot) -> None:
    guild = bot.get_guild(GUILD)
    assert guild is not None
    ada = await guild.fetch_member(ADA)
    await ada.add_roles(discord.Object(MODERATORS))
    assert MODERATORS in local.state.member(local.state.guilds[GUILD], ADA).roles
    await ada.remove_roles(discord.Object(MODERATORS))
    with pytest.raises(discord.NotFound):
        await ada.add_roles(discord.Object(GUILD))


async def test_what_discord_refuses_is_refused(local: WireDiscord, bot: Bot) -> None:
    channel = bot.get_partial_messageable(GENERAL)
    with pytest.raises(discord.HTTPException) as empty:
        await channel.send("")
    assert empty.value.code == 50006
    link = discord.ui.View()
    link.add_item(discord.ui.Button(label="Pay", url="https://example.com/" + "x" * 600))
    with pytest.raises(discord.HTTPException) as long:
        await channel.send("pay", view=link)
    assert long.value.code == 50035
    with pytest.raises(discord.NotFound) as unknown:
        await bot.get_partial_messageable(1).send("hello")
    assert unknown.value.code == 10003
    assert not local.messages(GENERAL)


@pytest.mark.parametrize("kind", ["rate_limit", "global_rate_limit"])
async def test_a_rate_limit_is_waited_for(local: WireDiscord, bot: Bot, kind: str) -> None:
    user = await bot.fetch_user(ADA)
    fault = {"kind": kind, "method": "POST", "path": MESSAGES, "times": 2}
    local.faults.add(Fault.model_validate(fault))
    await user.send("hello")
    statuses = [each.status for each in local.requests if each.path.endswith("/messages")]
    assert statuses == [429, 429, 200]
    assert len(local.dms(ADA)) == 1


async def test_faults_answer_as_discord_does(local: WireDiscord, bot: Bot) -> None:
    user = await bot.fetch_user(ADA)
    local.faults.add(Fault(kind="cannot_dm", path=MESSAGES))
    with pytest.raises(discord.Forbidden) as closed:
        await user.send("hello")
    assert closed.value.code == 50007
    local.faults.add(Fault(kind="unknown_channel", path=MESSAGES))
    with pytest.raises(discord.NotFound) as unknown:
        await user.send("hello")
    assert unknown.value.code == 10003
    local.faults.add(Fault(kind="error", status=503, path=MESSAGES))
    with pytest.raises(discord.DiscordServerError):
        await user.send("hello")
    assert not local.dms(ADA)
    local.faults.add(Fault(kind="drop", path=MESSAGES, done=True))
    with pytest.raises(ServerDisconnectedError):
        await user.send("hello")
    assert len(local.dms(ADA)) == 1
    assert not local.faults.waiting


async def test_an_error_after_the_deed_is_repeated_without_harm(
    local: WireDiscord, bot: Bot
) -> None:
    user = await bot.fetch_user(ADA)
    local.faults.add(Fault(kind="error", path=MESSAGES, done=True))
    await user.send("hello", nonce="notice-2")
    assert len(local.dms(ADA)) == 1


async def test_what_is_not_served_is_not_found(local: WireDiscord, bot: Bot) -> None:
    with pytest.raises(discord.NotFound):
        await bot.fetch_sticker(1)
    assert local.requests[-1].status == 404


async def test_components_v2_stand_alone(local: WireDiscord, bot: Bot) -> None:
    channel = bot.get_partial_messageable(GENERAL)
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("Shop")))
    await channel.send(view=view)
    shown = local.messages(GENERAL)[0]
    assert shown["components"][0]["components"][0]["content"] == "Shop"
    with pytest.raises(discord.HTTPException) as both:
        await bot.http.send_message(
            GENERAL, params=discord.http.handle_message_parameters("text", view=view)
        )
    assert both.value.code == 50035


async def test_a_stranger_gets_no_message(clock: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    known = default_world()
    shy = known.users[1].model_copy(update={"accepts_dms": False})
    stranger = User(id=5, username="stranger")
    world = known.model_copy(update={"users": (known.users[0], shy, *known.users[2:], stranger)})
    async with WireDiscord(world, token=TOKEN, clock=clock) as local:
        monkeypatch.setattr(discord.http.Route, "BASE", local.api_url)
        async with Bot() as bot:
            await bot.login(TOKEN)
            for user, code in ((ADA, 50007), (5, 50278)):
                with pytest.raises(discord.Forbidden) as refused:
                    await (await bot.fetch_user(user)).send("hello")
                assert refused.value.code == code


async def test_an_unknown_session_is_not_resumed(local: WireDiscord) -> None:
    async with ClientSession() as session, session.ws_connect(local.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        resume = {"token": TOKEN, "session_id": "none", "seq": 1}
        await socket.send_json({"op": 6, "d": resume})
        assert await socket.receive_json() == {"op": 9, "d": False, "s": None, "t": None}
        await socket.send_json({"op": 8, "d": {}})
        await socket.receive()
        assert socket.close_code == 4003


async def test_privileged_intents_must_be_granted(local: WireDiscord) -> None:
    local.state.application = local.state.application.model_copy(update={"flags": 0})
    async with ClientSession() as session, session.ws_connect(local.gateway_url) as socket:
        await socket.receive_json()
        identify = {"token": TOKEN, "intents": 1 << 1, "properties": {}}
        await socket.send_json({"op": 2, "d": identify})
        await socket.receive()
        assert socket.close_code == 4014


async def test_silence_ends_a_connection(clock: Time) -> None:
    quick = WireDiscord(default_world(), token=TOKEN, clock=clock, heartbeat_seconds=0.01)
    async with quick, ClientSession() as session, session.ws_connect(quick.gateway_url) as socket:
        await socket.receive_json()
        await socket.receive()
        assert socket.close_code == 4009
