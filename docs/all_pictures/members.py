"""What members see: buying, points, transfers, and their direct messages."""

import asyncio
from typing import Final

from play import Play

HERE: Final = "ada-general"
MESSAGES: Final = "ada-messages"


async def take_members(play: Play) -> None:
    """Everything that Ada and Ben can do."""
    await _first_answers(play)
    await _buying(play)
    await _not_bought(play)
    await _points(play)
    await _transfers(play)
    await _typing(play)


async def _first_answers(play: Play) -> None:
    for command, words in (
        ("help", "What you can do here"),
        ("balance", "Your balance"),
        ("history", "history"),
    ):
        await play.slash("ada", "general", command)
        await play.see(f"{command}-at-first", HERE, words)


async def _buying(play: Play) -> None:
    session, _ = await play.begin()
    await play.see("buy", HERE, "Starter")
    await play.stripe.pay(session)
    await play.see("buy-paid", HERE, "500 points added")
    await play.see("message-paid", MESSAGES, "500 points added")
    session, _ = await play.begin("demo-2")
    await play.stripe.pay_later(session)
    await play.see("buy-on-its-way", HERE, "Harbour Master")
    await play.see("message-on-its-way", MESSAGES, "is on its way")
    shown = await play.slash("ada", "general", "buy", package="demo-2")
    await play.see("buy-while-on-its-way", HERE, "Harbour Master")
    await play.press("ada", shown, "Cancel")
    await play.see("buy-not-again", HERE, "Nothing")
    await play.stripe.fail_later(session)
    await play.see("message-failed", MESSAGES, "did not go through")
    await play.see("buy-failed", HERE, "Harbour Master")


async def _not_bought(play: Play) -> None:
    session, _ = await play.begin("demo-1")
    await play.stripe.expire(session)
    await play.stripe.drain()
    await play.see("buy-expired", HERE, "Regular")
    await play.slash("olga", "mods", "setup set", purchases_per_hour=1)
    await play.slash("ada", "general", "buy", package="demo-1")
    await play.see("buy-too-many", HERE, "1 purchase an hour")
    await play.slash("olga", "mods", "setup clear", setting="purchases_per_hour")
    for session in [*play.stripe.state.sessions]:
        if play.stripe.state.sessions[session].status == "open":
            await play.stripe.expire(session)
    await play.stripe.drain()


async def _points(play: Play) -> None:
    for reason in ("won the regatta", "helped at the fair"):
        await play.slash("mira", "mods", "grant", member="ada", points=40, reason=reason)
    await play.see("message-granted", MESSAGES, "from a moderator")
    await play.slash(
        "mira", "mods", "grant", member="ada", points=25, reason="a prize", expires="30"
    )
    await play.see("message-granted-that-ends", MESSAGES, "They expire")
    await play.slash("ada", "general", "balance")
    await play.see("balance", HERE, "Your balance")
    for number in range(10):
        await play.slash("ben", "general", "transfer", member="ada", points=1 + number)
    shown = await play.slash("ada", "general", "history")
    await play.see("history", HERE, "history")
    await play.press("ada", shown, "Older")
    await play.see("history-older", HERE, "history")


async def _transfers(play: Play) -> None:
    await play.slash("ada", "general", "transfer", member="ben", points=5, note="for the map")
    await play.see("transfer", HERE, "5 points sent")
    await play.see("message-transfer", "ben-messages", "for the map")
    await play.slash("ada", "general", "transfer", member="ben", points=900)
    await play.see("transfer-too-much", HERE, "You can transfer")
    await play.slash("mira", "mods", "grant", member="ben", points=3000, reason="a big prize")
    shown = await play.slash("ben", "general", "transfer", member="ada", points=1500)
    await play.see("transfer-large", "ben-general", "Send 1,500 points?")
    await play.press("ben", shown, "Cancel")
    await play.see("transfer-cancelled", "ben-general", "Nothing was sent")
    for wanted in (False, True):
        await play.slash("ada", "general", "notices", transfers=wanted)
        await play.see(f"notices-{'on' if wanted else 'off'}", HERE, "Notices")


async def _typing(play: Play) -> None:
    """What Discord offers while one types."""
    await play.look(HERE)
    for typed, name in (("/", "typing-commands"), ("/buy", "typing-buy")):
        field = play.page.locator("#channel-composer-input")
        await field.click()
        await play.page.keyboard.type(typed, delay=20)
        await play.page.get_by_role("option", name="/buy").first.wait_for()
        if typed == "/buy":
            await play.page.keyboard.press("Enter")
            await play.page.get_by_role("option", name="Starter").wait_for()
        await asyncio.sleep(0.5)
        await play.take(name, play.page.locator(".command-popup"))
        await play.page.reload()
        await field.wait_for()
