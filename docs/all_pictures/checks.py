"""Purchases that a moderator checks before anybody is charged: what everyone sees of them."""

from typing import Any, Final

from play import Play

HERE: Final = "ada-general"
STAFF: Final = "mira-mods"
MESSAGES: Final = "ada-messages"


async def take_checks(play: Play) -> None:
    """Olga wants a check of what costs more than $3; Ada buys, Mira approves and refuses."""
    await _olga(play, "nothing", "Choose what to change")
    await _olga(play, "switched-on", "Settings changed", above="3", younger_days=7, hours=6)
    payment = await _held(play)
    await play.see("waits", HERE, "a moderator")
    await play.see("message-waits", MESSAGES, "waits for a moderator's check")
    await play.see("needs-a-check", STAFF, "A purchase needs a check")
    await _press(play, "Approve")
    await play.see("approved", STAFF, "Purchase approved")
    await play.see("message-paid", MESSAGES, "500 points added")
    await play.see("needed-a-check", STAFF, "The money was charged")
    await _page(play, payment, "page-paid", "500 points added")
    payment = await _held(play)
    await _page(play, payment, "page-waits", "A moderator checks your purchase")
    await _press(play, "Refuse")
    await play.see("refused", STAFF, "Purchase refused")
    await play.see("message-refused", MESSAGES, "About your payment")
    await play.see("refused-card", STAFF, "Nothing was charged.")
    await play.see("buy-refused", HERE, "charged")
    await _page(play, payment, "page-refused", "Nothing was charged")


async def _olga(play: Play, picture: str, words: str, **options: Any) -> None:  # noqa: ANN401 - SimCord's
    shown = await play.slash("olga", "mods", "setup checks", **options)
    await play.see(picture, "olga-mods", words, shown)


async def _held(play: Play) -> str:
    session, payment = await play.begin("demo-0")
    await play.stripe.pay(session)
    await play.stripe.drain()
    return payment


async def _press(play: Play, label: str) -> None:
    await play.look(STAFF)
    await play.page.get_by_role("button", name=label).last.click()


async def _page(play: Play, payment: str, picture: str, words: str) -> None:
    play.forget_seat()
    program: Any = play.stage.guildbank
    await play.page.goto(f"http://127.0.0.1:{program.web.port}/pay/{payment}/success")
    await play.page.get_by_role("heading", name=words).wait_for()
    await play.camera.take(play.page, "checks", picture)
