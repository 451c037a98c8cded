"""What the real Discord refuses, the local one refuses too: with its codes, at the same place."""

import discord
import pytest

from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import BOT, GENERAL, GUILD
from tests.sandbox.discord_wire import bodies, refused_commands, refused_messages, refused_parts
from tests.sandbox.discord_wire.bodies import (
    V2,
    Refused,
    button,
    codes,
    container,
    gallery,
    link,
    old,
    option,
    said,
    section,
    select,
    v2,
)
from tests.sandbox.discord_wire.bot import Bot
from tests.sandbox.discord_wire.conftest import Http
from tests.sandbox.discord_wire.refused_commands import command
from tests.support.schemas import Json, Schemas, published

MESSAGES = f"/channels/{GENERAL}/messages"
MESSAGES_REFUSED = [*refused_messages.REFUSED, *refused_parts.REFUSED]
COMMANDS = f"/applications/{BOT}/guilds/{GUILD}/commands"


def named(refused: Refused) -> str:
    return refused.name


@pytest.mark.parametrize("refused", MESSAGES_REFUSED, ids=named)
async def test_a_message_is_refused(call: Http, local: WireDiscord, refused: Refused) -> None:
    status, body = await call("POST", MESSAGES, refused.body)
    assert status == 400
    assert codes(body, refused.place) == [refused.code]
    assert local.messages(GENERAL) == []


@pytest.mark.parametrize("refused", refused_commands.REFUSED, ids=named)
async def test_a_command_is_refused(call: Http, refused: Refused) -> None:
    status, body = await call("POST", COMMANDS, refused.body)
    assert status == 400
    assert codes(body, refused.place) == [refused.code]
    # Among others, its place begins with its number in the list, and none of them is taken.
    status, body = await call("PUT", COMMANDS, [command("first"), refused.body])
    assert status == 400
    assert codes(body, f"1.{refused.place}") == [refused.code]
    assert await call("GET", COMMANDS, None) == (200, [])


def messages_that_pass() -> list[Json]:
    many = [select(*(option(str(n)) for n in range(25)), max_values=25)]
    return [
        {"content": "x" * 2000},
        {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3000}]},
        old(*(button(str(n)) for n in range(5))),
        old(*many),
        old(link(url="https://pay.example/" + "x" * 492)),
        old({"type": 5, "custom_id": "who"}),
        v2(said("x" * 4000)),
        v2(*(said() for _ in range(40))),
        v2(container(said(), {"type": 14, "spacing": 2}, section(button()), accent_color=0)),
        v2(section({"type": 11, "media": {"url": "https://cdn.example/a.png"}})),
        v2(gallery("https://cdn.example/a.png", description="x" * 1024)),
    ]


async def test_what_is_just_allowed_passes(call: Http) -> None:
    for given in messages_that_pass():
        status, body = await call("POST", MESSAGES, given)
        assert status == 200, body
    at_most = [command(f"c{n}") for n in range(100)]
    status, body = await call("PUT", COMMANDS, at_most)
    assert status == 200, body


async def test_all_that_is_wrong_is_named_at_once(call: Http) -> None:
    given = old(button("x" * 101, label="x" * 81), button(style=9)) | {"content": "x" * 2001}
    _, body = await call("POST", MESSAGES, given)
    for place in (
        "content",
        "components.0.components.0.label",
        "components.0.components.0.custom_id",
        "components.0.components.1.style",
    ):
        assert codes(body, place)


async def test_a_message_of_nothing_is_empty(call: Http) -> None:
    nothing: list[Json] = [{}, {"content": " \n "}, {"components": []}, v2(), {"embeds": []}]
    for given in nothing:
        status, body = await call("POST", MESSAGES, given)
        assert (status, body) == (
            400,
            {"code": 50006, "message": "Cannot send an empty message"},
        )


async def test_a_message_with_components_v2_stays_one(call: Http) -> None:
    _, sent = await call("POST", MESSAGES, v2(said()))
    path = f"{MESSAGES}/{sent['id']}"
    status, body = await call("PATCH", path, {"content": "hello"})
    assert status == 400
    assert codes(body, "content") == [bodies.LEGACY]
    # Each edit says itself what its components are.
    status, body = await call("PATCH", path, {"components": [said("new")]})
    assert codes(body, "components.0") == [bodies.KIND]
    status, body = await call("PATCH", path, v2(said("new")))
    assert (status, body["flags"] & V2) == (200, V2)


async def test_a_file_that_is_named_must_come_along(call: Http) -> None:
    listed = {"content": "look", "attachments": [{"id": 0, "filename": "a.png"}]}
    status, body = await call("POST", MESSAGES, listed)
    assert (status, body) == (400, {"code": 50146, "message": "Uploaded file not found"})


async def test_the_hundred_and_first_command_is_one_too_many(call: Http) -> None:
    full = [command(f"c{n}") for n in range(100)]
    await call("PUT", COMMANDS, full)
    said_so = {
        "code": 30032,
        "message": "Maximum number of application commands reached (100).",
    }
    assert await call("POST", COMMANDS, command("more")) == (400, said_so)
    assert await call("PUT", COMMANDS, [*full, command("more")]) == (400, said_so)
    # In the place of one that is there it is none more.
    status, _ = await call("POST", COMMANDS, command("c1", description="Another"))
    assert status == 200


async def test_two_commands_do_not_share_a_name(call: Http) -> None:
    status, body = await call("PUT", COMMANDS, [command("a"), command("b"), command("a")])
    assert status == 400
    assert codes(body, "2.name") == ["APPLICATION_COMMANDS_DUPLICATE_NAME"]


def test_the_published_document_says_the_same() -> None:
    """Where it knows a limit it refuses what is refused here, and it takes what passes here."""
    schemas = Schemas(published("discord-openapi.json"), openapi=True)
    components = ("components", "schemas")
    for refused, schema in (
        *((each, "MessageCreateRequest") for each in MESSAGES_REFUSED),
        *((each, "ApplicationCommandCreateRequest") for each in refused_commands.REFUSED),
    ):
        found = schemas.violations(refused.body, *components, schema)
        assert bool(found) == refused.published, (refused.name, found)
    for given in messages_that_pass():
        assert schemas.violations(given, *components, "MessageCreateRequest") == []


async def test_a_real_client_reads_what_was_wrong(bot: Bot) -> None:
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=GENERAL)
    with pytest.raises(discord.HTTPException, match=r"In components\.0: .*must be one of") as wrong:
        await bot.http.request(route, json={"components": [said()]})
    assert wrong.value.code == 50035
