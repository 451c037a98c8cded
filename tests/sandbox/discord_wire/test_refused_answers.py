"""Modals and autocompletions that Discord refuses, and answers that come too late or twice."""

import asyncio

from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.state import Interaction
from sandbox.discord_wire.world import ADA, BOT, GENERAL, GUILD
from tests.conftest import Time
from tests.sandbox.discord_wire import bodies
from tests.sandbox.discord_wire.bodies import button, codes, option
from tests.sandbox.discord_wire.conftest import Http
from tests.sandbox.discord_wire.refused_commands import asked as option_of
from tests.sandbox.discord_wire.refused_commands import command
from tests.support.schemas import Json

COMMANDS = f"/applications/{BOT}/guilds/{GUILD}/commands"


def typed(**fields: object) -> Json:
    return {"type": 4, "custom_id": "why", "style": 1} | fields


def labelled(inner: Json, **fields: object) -> Json:
    return {"type": 18, "label": "Why", "component": inner} | fields


def modal(*components: Json, **fields: object) -> Json:
    return {"title": "Why?", "custom_id": "asking", "components": list(components)} | fields


MODALS = [
    ("long title", modal(labelled(typed()), title="x" * 46), "title", bodies.BAD),
    ("no title", modal(labelled(typed()), title=""), "title", bodies.REQUIRED),
    ("no fields", modal(), "components", bodies.BAD),
    (
        "six fields",
        modal(*(labelled(typed(custom_id=str(n))) for n in range(6))),
        "components",
        bodies.BAD,
    ),
    (
        "long label",
        modal(labelled(typed(), label="x" * 46)),
        "components.0.label",
        bodies.BAD,
    ),
    (
        "label without a field",
        modal({"type": 18, "label": "Why"}),
        "components.0.component",
        bodies.REQUIRED,
    ),
    ("bare field", modal(typed()), "components.0", bodies.KIND),
    (
        "button in a label",
        modal(labelled(button())),
        "components.0.component",
        bodies.KIND,
    ),
    (
        "field without a style",
        modal(labelled({"type": 4, "custom_id": "a"})),
        "components.0.component.style",
        bodies.REQUIRED,
    ),
    (
        "long value",
        modal(labelled(typed(value="xxx", max_length=2))),
        "components.0.component.value",
        bodies.LONG,
    ),
    (
        "one radio button",
        modal(labelled({"type": 21, "custom_id": "a", "options": [option()]})),
        "components.0.component.options",
        bodies.BAD,
    ),
    (
        "custom id twice",
        modal(labelled(typed()), labelled(typed())),
        "components.1.component.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
]


async def asked(local: WireDiscord, name: str, options: Json | None = None) -> str:
    """The path at which an interaction is answered that no bot answers."""
    interaction = await local.slash(ADA, GENERAL, name, options)
    return f"/interactions/{interaction}/{local.state.interactions[interaction].token}/callback"


async def test_modals_are_refused(call: Http, local: WireDiscord) -> None:
    await call("PUT", COMMANDS, [command("ask")])
    path = await asked(local, "ask")
    for name, given, place, code in MODALS:
        status, body = await call("POST", path, {"type": 9, "data": given})
        assert status == 400, name
        assert codes(body, f"data.{place}") == [code], name
    # What was refused answers nothing: the interaction still waits.
    status, _ = await call("POST", path, {"type": 9, "data": modal(labelled(typed()))})
    assert status == 204
    status, body = await call("POST", path, {"type": 9, "data": modal(labelled(typed()))})
    assert (status, body["code"]) == (400, 40060)


async def test_an_answer_after_three_seconds_is_too_late(
    call: Http, local: WireDiscord, clock: Time
) -> None:
    await call("PUT", COMMANDS, [command("ask")])
    path = await asked(local, "ask")
    clock.pass_(3_000_001)
    status, body = await call("POST", path, {"type": 4, "data": {"content": "late"}})
    assert (status, body) == (404, {"code": 10062, "message": "Unknown interaction"})


async def test_autocompletions_are_refused(call: Http, local: WireDiscord) -> None:
    completed = option_of("amount", 4, autocomplete=True)
    await call("PUT", COMMANDS, [command("ask", completed)])
    asking = asyncio.create_task(local.autocomplete(ADA, GENERAL, "ask", "amount", "1"))

    def sent() -> Interaction | None:
        return next(iter(local.state.interactions.values()), None)

    interaction = await local.state.until(sent, 5)
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    for found, place, code in (
        ([{"name": str(n), "value": n} for n in range(26)], "choices", bodies.LONG),
        ([{"name": "", "value": 1}], "choices.0.name", bodies.REQUIRED),
        ([{"name": "x" * 101, "value": 1}], "choices.0.name", bodies.BAD),
        ([{"name": "one", "value": "one"}], "choices.0.value", "NUMBER_TYPE_COERCE"),
        ([{"name": "one"}], "choices.0.value", bodies.REQUIRED),
    ):
        status, body = await call("POST", path, {"type": 8, "data": {"choices": found}})
        assert status == 400
        assert codes(body, f"data.{place}") == [code]
    choices = [{"name": str(n), "value": n} for n in range(25)]
    assert (await call("POST", path, {"type": 8, "data": {"choices": choices}}))[0] == 204
    assert len(await asking) == 25
