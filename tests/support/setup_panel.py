"""A panel on somebody's screen, and what they do there."""

from collections.abc import Mapping
from typing import Any

import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult, ResponseMessage

from tests.faces.discord.conftest import World, said
from tests.support.pseudo import as_read

MODERATORS, ROLE, NEWS, NOTICES = "Moderators' channel", "Moderators' role", "Announce", "Private"
ORDERS, ORDER_ROLE = "Channel for orders", "Role for orders"
ANNOUNCED = "What is announced?"


class Panel:
    """A panel on somebody's screen, and what they do there."""

    def __init__(self, world: World, opened: InteractionResult, of: MemberActor) -> None:
        assert opened.response is not None, "no panel was opened"
        assert opened.ephemeral
        self.world = world
        self.message: ResponseMessage = opened.response
        self.of = of

    @property
    def words(self) -> str:
        return said(self.message)

    def line(self, start: str) -> str:
        return next(each for each in self.words.splitlines() if each.startswith(start))

    def below(self, start: str) -> str:
        """The last line of the part whose title begins so: what is wrong there."""
        part = next(
            each["content"]
            for each in _all(self.message.components)
            if each.get("content", "").startswith(start)
        )
        return str(part.splitlines()[-1])

    def menu(self, placeholder: str) -> dict[str, Any]:
        found = [
            each
            for each in _all(self.message.components)
            if str(each.get("placeholder", "")).startswith(
                as_read(placeholder)[: len(placeholder) + 1]
            )
        ]
        assert len(found) == 1
        return found[0]

    async def choose(
        self, placeholder: str, *values: Any, by: MemberActor | None = None
    ) -> InteractionResult:
        menu = self.menu(placeholder)
        return await (by or self.of).select(self.message, values, custom_id=menu["custom_id"])

    async def press(self, label: str) -> InteractionResult:
        return await self.of.click(self.message, label=as_read(label))

    async def fill(self, label: str, **values: str) -> InteractionResult:
        return await self.of.submit_modal(await self.press(label), values)


def _all(components: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in components:
        found += [each, *_all(each.get("components", []))]
        if "component" in each:
            found += _all([each["component"]])
    return found


def typed(result: InteractionResult) -> Mapping[str, str | None]:
    """What stands in the lines of a form when it opens."""
    assert result.modal is not None
    lines = [each for each in _all(result.modal["components"]) if each.get("type") == 4]
    return {each["custom_id"]: each.get("value") for each in lines}


def answer_of(result: InteractionResult) -> str:
    """What somebody alone is told, in place of what they wanted."""
    assert result.response is not None
    assert result.ephemeral
    return result.response.content


async def opened(world: World, by: MemberActor | None = None) -> Panel:
    person = by or world.olga
    return Panel(world, await person.slash(world.general, "setup panel"), person)


@pytest.fixture
async def panel(world: World) -> Panel:
    return await opened(world)
