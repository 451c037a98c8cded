"""The shop: what members, staff and owners see of items and orders."""

import asyncio
from typing import Any, Final

from play import Play
from playwright.async_api import Locator

OWNER: Final = "olga-mods"
STAFF: Final = "mira-mods"
MEMBER: Final = "ada-general"
MESSAGES: Final = "ada-messages"

DINNER: Final = "demo-person"
SHANTIES: Final = "demo-code"
VIP: Final = "demo-role"


async def take_items(play: Play) -> None:
    """What Olga puts up, changes and posts."""
    await _added(play)
    await _forms_of_items(play)
    await _changed(play)
    await _codes(play)
    await _panels(play)


async def take_shop(play: Play) -> None:
    """What Ada orders, and what becomes of it."""
    await play.slash("ada", "general", "shop")
    await play.see("shop-without-points", MEMBER, "Shop")
    await play.slash("mira", "mods", "grant", member="ada", points=2_000, reason="the regatta")
    await play.buy("demo-1")
    await play.slash("ada", "general", "orders")
    await play.see("orders-empty", MEMBER, "not ordered anything")
    await play.slash("ada", "general", "shop")
    await play.see("shop", MEMBER, "to spend")
    await _code(play)
    await _role(play)
    await _dinner(play)
    await _refused(play)
    await play.slash("ada", "general", "orders")
    await play.see("orders", MEMBER, "Your orders")
    await play.slash("ada", "general", "history")
    await play.see("history", MEMBER, "history")
    await play.slash("ada", "general", "balance")
    await play.see("balance", MEMBER, "Your balance")


async def take_staff(play: Play) -> None:
    """What moderators do with orders."""
    await play.slash("mira", "mods", "grant", member="ada", points=5_000, reason="the regatta")
    for evening in ("Friday", "Saturday, please: *with* my crew", "Sunday"):
        await _order_dinner(play, evening)
    await play.see("card", STAFF, "Dinner with the captain")
    await _forms(play)
    await _do(play, "status", "wait for a person", "status")
    await _decided(play)
    await _desk(play)
    await _shop_figures(play)


async def _do(
    play: Play,
    picture: str,
    words: str,
    command: str,
    /,
    person: str = "olga",
    **options: Any,  # noqa: ANN401 - SimCord's
) -> None:
    shown = await play.slash(person, "mods", command, **options)
    await play.see(picture, f"{person}-mods", words, shown)


async def _added(play: Play) -> None:
    await _do(play, "list", "For sale for points", "item list")
    await _do(play, "list-of-one", "Dinner", "item list", item=DINNER)
    await _do(
        play,
        "add-person",
        "For sale now",
        "item add",
        name="Portrait in *oil*",
        price=1_250,
        kind="person",
        description="Painted from a photograph, and sent to you.",
        question="Which photograph?",
        stock=5,
        per_member=1,
    )
    await _do(
        play, "add-program", "For sale now", "item add", name="Sword", price=90, kind="program"
    )
    await _do(play, "add-codes-item", "For sale now", "item add", name="Map", price=40, kind="code")
    await _do(play, "add-without-role", "role", "item add", name="Rank", price=40, kind="role")
    await _do(play, "add-twice", "already", "item add", name="Map", price=40, kind="code")


async def _forms_of_items(play: Play) -> None:
    """What opens where nothing but the item, or a form, is named."""
    dinner, shanties = "Dinner with the captain", "Album of shanties"
    await play.take_form("form-edit-words", OWNER, "item edit", dinner)
    for form in ("limits", "times"):
        await play.take_form(f"form-edit-{form}", OWNER, "item edit", dinner, ("form", form))
    await play.take_form("form-codes", OWNER, "item codes", shanties)


async def _changed(play: Play) -> None:
    await _do(play, "edit-returned", "Changed", "item edit", item=DINNER, returned="opened")
    await _do(play, "edit-paid-with", "Changed", "item edit", item=DINNER, paid_with="bought")
    await _do(play, "restock", "Changed", "item restock", item=DINNER, pieces=8)
    await _do(play, "restock-codes", "codes", "item restock", item=SHANTIES, pieces=8)
    await _do(play, "retire", "No longer for sale", "item retire", item=DINNER)
    action, *_ = await play.choices("olga", "mods", "undo", "action")
    await _do(play, "undo", "on sale again?", "undo", action=action)


async def _codes(play: Play) -> None:
    async with play.stage.screen.turn():
        olga, mods = play.stage.world.people["olga"].member, play.stage.world.mods
        asked = await olga.slash(mods, "item codes", item=SHANTIES)
        shown = await olga.submit_modal(asked, {"codes": "SHANTY-9001\nSHANTY-9002"})
    await play.see("codes-added", OWNER, "Codes added", shown)
    async with play.stage.screen.turn():
        asked = await olga.slash(mods, "item codes", item=SHANTIES)
        shown = await olga.submit_modal(asked, {"codes": "SHANTY-9001"})
    await play.see("codes-twice", OWNER, "already", shown)


async def _panels(play: Play) -> None:
    general = play.stage.world.general
    await _do(play, "panel-posted", "Panel", "item panel", channel=general)
    await play.see("panel", "ben-general", "What your points get you")
    await _do(play, "panel-of-packages", "Panel", "item panel", channel=general, sells="packages")
    await play.see("panel-packages", "ben-general", "Starter")


async def _code(play: Play) -> None:
    shown = await play.slash("ada", "general", "redeem", item=SHANTIES, quantity=2)
    await play.see("redeem-code", MEMBER, "Order 2 of", shown)
    await play.press("ada", shown, "Order")
    await play.see("ordered-code", MEMBER, "Your codes")
    await play.see("message-code", MESSAGES, "Album of shanties")


async def _role(play: Play) -> None:
    shown = await play.slash("ada", "general", "redeem", item=VIP)
    await play.see("redeem-role", MEMBER, "Order", shown)
    await play.press("ada", shown, "Order")
    await play.see("ordered-role", MEMBER, "Ordered: Harbour VIP")
    await play.see("message-role", MESSAGES, "you have the role until")


async def _order_dinner(play: Play, evening: str) -> Any:  # noqa: ANN401 - SimCord's
    async with play.stage.screen.turn():
        ada, general = play.stage.world.people["ada"].member, play.stage.world.general
        asked = await ada.slash(general, "redeem", item=DINNER)
        shown = await ada.submit_modal(asked, {"answer": evening})
    await play.press("ada", shown, "Order")
    return shown


async def _dinner(play: Play) -> None:
    async with play.stage.screen.turn():
        ada, general = play.stage.world.people["ada"].member, play.stage.world.general
        asked = await ada.slash(general, "redeem", item=DINNER)
        shown = await ada.submit_modal(asked, {"answer": "Friday"})
    await play.see("redeem-person", MEMBER, "Which evening", shown)
    await play.press("ada", shown, "Order")
    await play.see("ordered-person", MEMBER, "Ordered: Dinner")
    shown = await play.slash("ada", "general", "orders")
    await play.see("orders-waiting", MEMBER, "Cancel order", shown)
    await play.press("ada", shown, "Cancel order")
    await play.see("orders-cancelled", MEMBER, "ancelled", shown)
    await _order_dinner(play, "Saturday")


async def _refused(play: Play) -> None:
    await play.slash("ben", "general", "redeem", item=VIP)
    await play.see("redeem-too-few", "ben-general", "you have")
    shown = await play.slash("ada", "general", "redeem", item=SHANTIES, quantity=3)
    await play.press("ada", shown, "Cancel")
    await play.see("redeem-cancelled", MEMBER, "Nothing was ordered")
    await play.slash("ada", "general", "redeem", item=SHANTIES, quantity=9)
    await play.see("redeem-too-many", MEMBER, "at a time")


def _card(play: Play, words: str) -> Locator:
    return play.page.get_by_role("article").filter(has_text=words).last


async def _forms(play: Play) -> None:
    await play.look(STAFF)
    card, form = _card(play, "Dinner with the captain"), play.page.locator(".modal-dialog")
    for button, name in (("Deny", "form-deny"), ("Note", "form-note")):
        await card.get_by_role("button", name=button).click()
        await play.take(name, form)
        await form.get_by_role("button", name="Cancel").click()


async def _decided(play: Play) -> None:
    await play.look(STAFF)
    form = play.page.locator(".modal-dialog")
    cards = play.page.get_by_role("article").filter(has_text="Dinner with the captain")
    await cards.last.get_by_role("button", name="Take").click()
    await play.see("card-taken", STAFF, "is being fulfilled")
    await cards.last.get_by_role("button", name="Done", exact=True).click()
    await play.see("card-done", STAFF, "Done by")
    await play.see("message-done", MESSAGES, "is fulfilled")
    await play.look(STAFF)
    await cards.nth(-2).get_by_role("button", name="Deny").click()
    await form.locator("textarea, input").first.fill("The captain is at sea.")
    await form.get_by_role("button", name="Submit").click()
    await play.see("card-denied", STAFF, "Denied by")
    await play.see("message-denied", MESSAGES, "was denied by")
    await play.look(STAFF)
    await cards.nth(0).get_by_role("button", name="All done…").click()
    await asyncio.sleep(1)
    await play.see("all-done", STAFF, "Dinner")


async def _desk(play: Play) -> None:
    shown = await play.slash("ada", "general", "redeem", item=SHANTIES)
    await play.press("ada", shown, "Order")
    order, *_ = await play.choices("mira", "mods", "order", "order")
    await _do(play, "order", "Album of shanties", "order", "mira", order=order)
    await play.look(STAFF)
    form = play.page.locator(".modal-dialog")
    card = _card(play, "Album of shanties")
    await card.get_by_role("button", name="Replace code…").click()
    await play.take("form-replace-code", form)
    await form.get_by_role("button", name="Cancel").click()
    await card.get_by_role("button", name="Take back…").click()
    await play.take("form-take-back", form)
    await form.locator("textarea, input").first.fill("Bought by mistake.")
    await form.get_by_role("button", name="Submit").click()
    await play.see("order-returned", STAFF, "Taken back by")
    await play.see("message-returned", MESSAGES, "was taken back")


async def _shop_figures(play: Play) -> None:
    await _do(play, "stats", "The last 30 days", "stats")
    await _do(play, "audit", "Audit", "audit")
