"""The id at the foot of a card leads back to what the card is about."""

import pytest

from bot.wording.footers import action_key, action_name
from payments.domain.values.ids import CommandKey


@pytest.mark.parametrize(
    "key", ["discord:1576907877665210405", "discord:1576907877665210405:decided", "demo:1", "x:y:z"]
)
def test_what_a_card_calls_an_action_is_that_action(key: str) -> None:
    assert action_key(action_name(CommandKey(key))) == key


def test_a_whole_key_is_that_action_too() -> None:
    assert action_key("discord:1576907877665210405") == "discord:1576907877665210405"
