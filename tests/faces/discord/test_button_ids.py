"""The ids of buttons that outlive a restart: what somebody made up is no button."""

import re
from typing import Any

import pytest
from discord import ui

from bot.features.account import history
from bot.features.audit import pages as audit
from bot.features.grants import views as grants
from bot.features.payments import pages as payments
from bot.features.purchase_ban import button as bar
from bot.features.shop import orders
from bot.features.shop.pages import ShopPageButton

ROOMS = (audit, bar, grants, history, orders, payments)
KINDS = [
    found
    for room in ROOMS
    for found in vars(room).values()
    if isinstance(found, type)
    and issubclass(found, ui.DynamicItem)
    and not found.__name__.startswith("_")
    and found.__module__ == room.__name__
]
KINDS.append(ShopPageButton)
GOOD = {
    "member": "1576686908229025798",
    "at": "1764446401000000",
    "proposal": "12",
    "above": "500",
    "id": "7",
}


def filled(template: re.Pattern[str], **values: str) -> str:
    """A button's id with these values in its places."""
    parts = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda m: values[m[1]], template.pattern)
    return parts.replace("\\", "")


def test_there_are_such_buttons() -> None:
    assert len(KINDS) >= 8


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_numbers_that_no_database_takes_are_no_button(
    kind: type[ui.DynamicItem[ui.Button[Any]]],
) -> None:
    template = kind.__discord_ui_compiled_template__
    places = set(template.groupindex) & {"member", "at", "proposal", "above"}
    assert places
    assert template.fullmatch(filled(template, **GOOD, payment="p1", refund="r1", order="o1"))
    for place in places:
        for wrong in ("9" * 60, "9999999999999999999", "٣٤", "-1", "1.5", ""):
            values = {**GOOD, "payment": "p1", "refund": "r1", "order": "o1", place: wrong}
            assert not template.fullmatch(filled(template, **values)), (place, wrong)
