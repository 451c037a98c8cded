"""Presses: the usual ones, and those that only a program can make, not a person with a client."""

from typing import Any

from simcord import interactions
from simcord.actors import MemberActor
from simcord.backend import serializers
from simcord.enums import ComponentType, InteractionType
from simcord.results import InteractionResult, ResponseMessage

from tests.faces.discord.conftest import World
from tests.support.pseudo import as_read


def button_id(message: ResponseMessage, label: str) -> str:
    """The custom id of a button."""
    found = [each for part in message.components for each in _buttons(part, as_read(label))]
    return str(found[0]["custom_id"])


async def press_at_once(
    world: World, message: ResponseMessage, *presses: tuple[MemberActor, str]
) -> list[InteractionResult]:
    """Let people press buttons at the same moment, by label; also those who do not see them."""
    by_id = [(person, button_id(message, label)) for person, label in presses]
    return await press_ids(world, message, *by_id)


async def press_ids(
    world: World, message: ResponseMessage, *presses: tuple[MemberActor, str]
) -> list[InteractionResult]:
    """The same, by the ids of the buttons."""
    backend = world.env.backend
    shown = backend.get_message(message.channel_id, message.id)
    records = []
    for person, pressed in presses:
        record, payload = interactions.base_payload(
            backend,
            type=InteractionType.MESSAGE_COMPONENT,
            channel_id=message.channel_id,
            guild_id=world.guild.id,
            user_id=person.id,
            data={
                "custom_id": pressed,
                "component_type": ComponentType.BUTTON,
            },
        )
        payload["message"] = dict(serializers.message_payload(backend, shown))
        record.source_message_id = shown.id
        records.append((record, payload))
    for _, payload in records:
        backend.emit("INTERACTION_CREATE", payload)
    await world.env.settle()
    return [InteractionResult(world.env, record) for record, _ in records]


def _buttons(component: dict[str, Any], label: str) -> list[dict[str, Any]]:
    own = [component] if component.get("label") == label else []
    return own + [
        found for each in component.get("components", []) for found in _buttons(each, label)
    ]


async def press(person: MemberActor, shown: InteractionResult, label: str) -> InteractionResult:
    """Press a button of what was answered."""
    assert shown.response is not None, "there is nothing to press"
    return await person.click(shown.response, label=as_read(label))
