"""Square's part of `guildbank init`: the token is tried at once, and the subscription made."""

import asyncio
from collections.abc import Mapping

import pytest

from payments.infra.asking import AnswerRefused, CannotLook, Questions
from payments.providers.square.events import USED
from payments.providers.square.questions import SquareLooks, SquareQuestions
from payments.providers.square.settings import LIVE, SANDBOX
from sandbox.base.faults import Fault
from sandbox.square import LocalSquare
from tests.faces.command_line.init.conftest import Script, Scripted
from tests.providers.square.shop import CURRENCY, TOKEN
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite

DOOR = "https://bank.example/webhooks/square"
KEY = "SQUARE_WEBHOOK_SIGNATURE_KEY"
START: Script = [("Access token", TOKEN), ("Id of the location", "")]


async def asked(
    script: Script, api_url: str | None, present: Mapping[str, str] | None = None
) -> tuple[dict[str, str], str]:
    """All settings that are answered, and what was told."""
    asker = Scripted(list(script))
    questions = SquareQuestions(Questions(asker, present or {}), api_url)

    def answers() -> dict[str, str]:
        return questions.account() | questions.door(DOOR)

    found = await asyncio.to_thread(answers)
    assert asker.script == []
    return found, asker.words


async def test_the_subscription_is_made_with_all_that_is_needed(local: LocalSquare) -> None:
    found, words = await asked([*START, ("Have Square send", True)], local.url)
    made = list(local.state.subscriptions.values())[-1]
    assert found == {
        "SQUARE_ACCESS_TOKEN": TOKEN,
        "SQUARE_LOCATION_ID": local.location_id,
        "SQUARE_CURRENCY": CURRENCY,
        KEY: made.signature_key,
    }
    assert (made.url, set(made.types)) == (DOOR, set(USED))
    assert "sandbox, no real money moves" in words
    assert TOKEN not in words
    assert made.signature_key not in words


async def test_one_that_is_there_is_completed_and_known_keys_stay(local: LocalSquare) -> None:
    there = local.add_subscription(DOOR, "there", sorted(USED)[:2])
    there.enabled = False
    before = len(local.state.subscriptions)
    found, _ = await asked([*START, ("Have Square send", True)], local.url, {KEY: "old,there"})
    assert found[KEY] == "there,old"
    assert (set(there.types), there.enabled) == (set(USED), True)
    assert len(local.state.subscriptions) == before


async def test_a_token_that_is_refused_is_asked_for_again(local: LocalSquare) -> None:
    script: Script = [
        ("Access token", "wrong"),
        *START,
        ("Have Square send", False),
        ("Signature key", "typed"),
    ]
    found, words = await asked(script, local.url)
    assert found[KEY] == "typed"
    assert "Square refuses this token." in words


async def test_a_location_that_cannot_sell_is_asked_for_again(local: LocalSquare) -> None:
    script: Script = [
        ("Access token", TOKEN),
        ("Id of the location", "L0"),
        ("Id of the location", local.location_id),
        ("Have Square send", False),
        ("Signature key", ""),
    ]
    found, words = await asked(script, local.url)
    assert found["SQUARE_LOCATION_ID"] == local.location_id
    assert "That is no location that can sell." in words
    assert "Left empty" in words


async def test_if_square_is_away_the_answers_may_count_nevertheless(local: LocalSquare) -> None:
    local.faults.add(Fault(kind="drop", times=99))
    script: Script = [
        ("Access token", TOKEN),
        ("Take it without a look?", True),
        ("Id of the location", "L1"),
        ("currency", "dollars"),
        ("currency", "usd"),
        ("Have Square send", True),
        ("Signature key", "typed"),
    ]
    found, words = await asked(script, local.url)
    assert (found["SQUARE_LOCATION_ID"], found["SQUARE_CURRENCY"]) == ("L1", "USD")
    assert "cannot be looked at" in words
    assert "three letters" in words


async def test_an_address_that_square_does_not_take(local: LocalSquare) -> None:
    with pytest.raises(AnswerRefused, match="https"):
        await SquareLooks(TOKEN, local.url).key_of("http://bank.example/webhooks/square")
    local.faults.add(Fault(kind="drop", times=9))
    with pytest.raises(CannotLook):
        await SquareLooks(TOKEN, local.url).key_of(DOOR)


def test_square_itself_reaches_no_private_address() -> None:
    questions = SquareQuestions(Questions(Scripted([]), {}), SANDBOX)
    assert questions.is_out_of_reach("http://localhost:8080")
    assert not questions.is_out_of_reach("https://bank.example")
    local = SquareQuestions(Questions(Scripted([]), {}), "http://127.0.0.1:1")
    assert not local.is_out_of_reach("http://localhost:8080")
    live = SquareQuestions(Questions(Scripted([]), {}), LIVE)
    assert live.is_out_of_reach("http://127.0.0.1:8080")
