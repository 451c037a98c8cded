"""`/redeem` in a simulated Discord: one question, and only then points move."""

from dataclasses import replace

import pytest

from bot.features.shop.completion import ItemsForSale
from bot.features.shop.words import answered
from bot.wording import text
from payments.domain.values.items import Item, ItemKind, Offer
from payments.domain.values.orders import OrderState
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.counter import add_real_codes, put_up_item
from tests.support.presses import press, press_at_once
from tests.support.redeeming import orders, points, redeem, rich
from tests.support.shopping import item_id, offer
from tests.support.unlucky import Unlucky

__all__ = ["rich"]

TABLE = offer()
KEY = offer("Key", ItemKind.CODE)
VIP = offer("Harbour VIP", ItemKind.ROLE)


async def test_nothing_moves_before_the_one_question_is_answered(
    rich: World, runner: Runner, queries: Queries
) -> None:
    asked = await redeem(rich, await put_up_item(runner, TABLE), quantity=3)
    assert asked.ephemeral
    assert said(asked.response) == (
        "### Order 3 of “Captain's table”?\n"
        "It costs **300 points**.\n"
        "Of these, 100 points were bought with money.\n"
        "Your balance is then **400 points**.\n"
        "A person handles this order. If nobody does within 14 days, your points come back.\n"
        "-# Nothing has been ordered yet.\n"
        "Order\nCancel"
    )
    assert await points(rich, queries) == 700
    assert await orders(rich, queries) == []
    await press(rich.ada, asked, "Order")
    words = said(asked.response)
    assert "### Ordered: Captain's table\nWaits for a person. If nobody handles it by" in words
    assert "Your balance is **400 points**." in words
    (order,) = await orders(rich, queries)
    assert (order.state, order.points, order.quantity) == (OrderState.PLACED, 300, 3)
    assert await points(rich, queries) == 400


async def test_whoever_cancels_orders_nothing(
    rich: World, runner: Runner, queries: Queries
) -> None:
    asked = await redeem(rich, await put_up_item(runner, TABLE))
    await press(rich.ada, asked, "Cancel")
    assert said(asked.response) == "### Nothing was ordered\nYou cancelled it."
    assert await orders(rich, queries) == []
    assert await points(rich, queries) == 700


async def test_fifty_presses_order_once(rich: World, runner: Runner, queries: Queries) -> None:
    asked = await redeem(rich, await put_up_item(runner, TABLE))
    assert asked.response is not None
    await press_at_once(rich, asked.response, *[(rich.ada, "Order")] * 50)
    assert len(await orders(rich, queries)) == 1
    assert await points(rich, queries) == 600


async def test_when_it_is_not_known_whether_it_was_ordered_pressing_again_tells(
    rich: World, runner: Runner, queries: Queries
) -> None:
    asked = await redeem(rich, await put_up_item(runner, TABLE))
    rich.bot.runner = Unlucky(runner)
    for label in ("Order", "Cancel"):
        result = await press(rich.ada, asked, label)
        assert refusal(rich, result).startswith("The books cannot be reached right now.")
    await press(rich.ada, asked, "Order")
    assert "### Ordered: Captain's table" in said(asked.response)
    assert len(await orders(rich, queries)) == 1
    assert await points(rich, queries) == 600


async def test_a_code_is_shown_at_once_to_its_buyer_alone(
    rich: World, runner: Runner, queries: Queries, encryptor: Encryptor
) -> None:
    await put_up_item(runner, KEY)
    await add_real_codes(runner, KEY, encryptor, ["AAAA-1", "*B*`-2", "CCCC-3"])
    asked = await redeem(rich, "Key", quantity=2)
    await press(rich.ada, asked, "Order")
    assert asked.ephemeral
    words = said(asked.response)
    assert "Your codes:\n`AAAA-1`\n\\*B\\*\\`-2\n" in words
    assert "CCCC" not in words
    (order,) = await orders(rich, queries)
    assert order.state is OrderState.FULFILLED


async def test_many_codes_come_in_a_file(rich: World, runner: Runner, encryptor: Encryptor) -> None:
    cheap = replace(KEY, price=1)
    await put_up_item(runner, cheap)
    wanted = [f"{number:03}" + "x" * 197 for number in range(100)]
    await add_real_codes(runner, cheap, encryptor, wanted)
    asked = await redeem(rich, "Key", quantity=100)
    await press(rich.ada, asked, "Order")
    assert "Your 100 codes are ready." in said(asked.response)
    shown = await press(rich.ada, asked, "Show codes")
    assert shown.ephemeral
    (answer,) = [each for each in (shown.response, *shown.followups) if each and each.attachments]
    assert answer.content == "Your 100 codes are in this file."
    assert answer.attachments[0].filename == "codes.txt"
    assert answer.attachments[0].size == 100 * 200 + 99


async def test_codes_that_cannot_be_read_are_not_lost(
    rich: World, runner: Runner, queries: Queries
) -> None:
    await put_up_item(runner, KEY)
    other = Encryptor(["0" * 43 + "="])
    await add_real_codes(runner, KEY, other, ["AAAA-1"])
    asked = await redeem(rich, "Key")
    await press(rich.ada, asked, "Order")
    assert "Your codes can't be read right now. They are not lost." in said(asked.response)
    assert [each.state for each in await orders(rich, queries)] == [OrderState.FULFILLED]


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (offer("Key", ItemKind.CODE), "You get 2 codes."),
        (
            offer("Sword", ItemKind.PROGRAM),
            (
                "Another program handles this order. If it does not within 14 days, your points "
                "come back."
            ),
        ),
    ],
    ids=["codes", "program"],
)
async def test_the_question_says_what_comes(
    rich: World, runner: Runner, encryptor: Encryptor, of: Offer, words: str
) -> None:
    await put_up_item(runner, of)
    if of.kind is ItemKind.CODE:
        await add_real_codes(runner, of, encryptor, ["AAAA-1", "BBBB-2"])
    asked = await redeem(rich, of.name, quantity=2)
    assert words in said(asked.response).splitlines()


@pytest.mark.parametrize(
    ("question", "words"),
    [("Which one?", "Which one? “a”"), ("Your name in the game", "Your name in the game: “a”")],
)
def test_what_was_asked_and_answered_stands_in_one_line(question: str, words: str) -> None:
    assert [str(each) for each in answered(question, "a")] == [words]
    assert answered(question, "") == []


async def test_a_role_says_for_how_long(rich: World, runner: Runner) -> None:
    await put_up_item(runner, VIP)
    asked = await redeem(rich, "Harbour VIP", quantity=2)
    assert "You get the role <@&700000000000000001> for 60 days." in said(asked.response)
    await press(rich.ada, asked, "Order")
    assert "### Ordered: Harbour VIP\nOn its way.\n" in said(asked.response)


async def test_what_the_item_asks_for_is_asked_in_a_form(
    rich: World, runner: Runner, queries: Queries
) -> None:
    pin = offer("Pin", question="Which *colour*?")
    shown = await redeem(rich, await put_up_item(runner, pin))
    assert shown.modal is not None
    assert shown.modal["title"] == "Pin"
    label = shown.modal["components"][0]
    assert label["label"] == "Which *colour*?"
    asked = await rich.ada.submit_modal(shown, {"answer": " blue\n*please* "})
    assert asked.ephemeral
    words = said(asked.response)
    assert r"Which \*colour\*? “blue \*please\*”" in words
    assert await orders(rich, queries) == []
    await press(rich.ada, asked, "Order")
    (order,) = await orders(rich, queries)
    assert order.answer == "blue *please*"


async def test_a_name_is_found_without_a_label_of_each_item_in_each_language(
    rich: World, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be 500 items, and Discord speaks 30 languages."""
    for number in range(30):
        await put_up_item(runner, offer(f"Item {number}"))
    labelled: list[str] = []
    usual = ItemsForSale.label

    def label(self: ItemsForSale, thing: Item, reader: text.ReaderFormat) -> str:
        labelled.append(thing.offer.name)
        return usual(self, thing, reader)

    monkeypatch.setattr(ItemsForSale, "label", label)
    asked = await redeem(rich, "item 12")
    assert "### Order “Item 12”?" in said(asked.response)
    assert set(labelled) == {"Item 1", "Item 12"}


@pytest.mark.parametrize("typed", ["Pin · 20 points · 4 left", "PIN", "Pin · 20 points"])
async def test_what_the_list_shows_is_understood(rich: World, runner: Runner, typed: str) -> None:
    await put_up_item(runner, offer("Pin", price=20), 4)
    await put_up_item(runner, offer("Pine", price=20), 4)
    asked = await redeem(rich, typed)
    assert "### Order “Pin”?" in said(asked.response)


async def test_the_list_offers_first_what_can_be_had_now(rich: World, runner: Runner) -> None:
    for of, available in (
        (offer("Dear", price=701), None),
        (offer("Gone", price=1), 0),
        (offer("Pin", price=20), 4),
        (offer("Dinner", price=700), None),
    ):
        await put_up_item(runner, of, available)
    choices = await rich.ada.autocomplete(rich.general, "redeem", "item", "")
    assert [each["name"] for each in choices] == [
        "Pin · 20 points · 4 left",
        "Dinner · 700 points",
        "Dear · 701 points",
        "Gone · 1 point · sold out",
    ]
    assert choices[0]["value"] == item_id("Pin")
    found = await rich.ada.autocomplete(rich.general, "redeem", "item", "DIN")
    assert [each["value"] for each in found] == [item_id("Dinner")]
