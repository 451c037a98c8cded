"""What moderators see, whole: grants, undoing, audit, stats, bars, and menus of payments."""

from simcord.results import InteractionResult

from bot.features.audit.pages import LINES
from bot.features.refunds.commands import NOTHING_TO_REFUND
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import DAY, MINUTE
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.commands import put_up
from tests.support.drawn import drawn_once
from tests.support.make import dispute_update, event, package, refund_update
from tests.support.presses import press
from tests.support.shown import Scene
from tests.support.town import buy, choose, town

__all__ = ["drawn_once", "town"]

YEN = package(300, 1000, "JPY")
PRIZE = {"points": 30, "reason": "a *prize*"}


def action_of(result: InteractionResult) -> str:
    """The id at the foot of a card."""
    return said(result.response).rpartition("Action `")[2].partition("`")[0]


async def test_grants(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("grants", town)
    await choose(town, runner, clock, grant_limit=29)
    olga, mira, ada = town.olga, town.mira, town.ada
    ends = await olga.slash(town.mods, "grant", member=ada, points=1, reason="x", expires="30")
    scene.see("/grant that ends", ends, privately=False)
    asked = await mira.slash(town.mods, "grant", member=ada, **PRIZE, expires="10")
    scene.see("/grant above the limit", asked, privately=False)
    refused = await press(mira, asked, "Approve")
    scene.see("Approve, by whoever asked", refused)
    scene.see("Approve", await press(olga, asked, "Approve"))
    asked = await mira.slash(town.mods, "grant", member=ada, **PRIZE)
    scene.see("Decline", await press(olga, asked, "Decline"))
    asked = await mira.slash(town.mods, "grant", member=mira, points=1, reason="me")
    scene.see("/grant to oneself", asked)
    scene.see("Approve it", await press(olga, asked, "Approve"))
    asked = await mira.slash(town.mods, "grant", member=olga, points=30, reason="you")
    refused = await press(olga, asked, "Approve")
    scene.see("Approve, by an owner who would get them", refused)
    scene.compare()


async def test_undoing(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("undoing", town)
    granted = await town.mira.slash(town.mods, "grant", member=town.ada, **PRIZE)
    revoked = await town.mira.slash(town.mods, "revoke", member=town.ada, points=7, reason="oh")
    await buy(town, runner, clock, "p2")
    retired = await town.olga.slash(town.general, "package retire", package=package().name)
    await runner.run(event(dispute_update("p2", "dp_1", 499, DisputeStatus.LOST), at=clock()))
    listed = await town.mira.slash(town.mods, "payments", member=town.ada)
    lifted = await press(town.mira, listed, "Let them buy again")
    scene.see("Let them buy again", lifted)
    for what, action, button in (
        ("a revocation", action_of(revoked), "Undo"),
        ("a grant", action_of(granted), "Undo"),
        ("the end of a package", action_of(retired), "Put on sale"),
        ("letting buy again", action_of(lifted), "Undo"),
    ):
        undone = await town.olga.slash(town.mods, "undo", action=action)
        scene.see(f"/undo {what}", undone)
        scene.see(button, await press(town.olga, undone, button))
    scene.compare()


async def test_the_choices_of_undo(town: World) -> None:
    """The newest first, each with its reason or package, and its day."""
    await town.mira.slash(town.mods, "grant", member=town.ada, **PRIZE)
    await town.mira.slash(town.mods, "revoke", member=town.ada, points=7, reason="oh")
    await town.olga.slash(town.general, "package retire", package=package().name)
    choices = await town.olga.autocomplete(town.mods, "undo", "action", "")
    names = {each["name"].rpartition(" · ")[0] for each in choices}
    assert names >= {
        "Retired “500 for 499” by olga",
        "Revoked 7 points from Ada by mira · “oh”",
        "Granted 30 points to Ada by mira · “a *prize*”",
    }
    assert {each["name"].rpartition(" · ")[2] for each in choices} == {"Sep 24, 2026"}


async def test_a_page_of_the_audit_log_and_the_last_one(town: World, clock: Time) -> None:
    scene = Scene("audit", town)
    for number in range(LINES + 2):
        clock.pass_(MINUTE)
        await town.mira.slash(town.mods, "grant", member=town.ada, points=1 + number, reason="x")
    page = await town.mira.slash(town.mods, "audit", member=town.mira)
    scene.see("/audit Mira's", page, privately=True)
    scene.see("Older", await press(town.mira, page, "Older"))
    none = await town.mira.slash(town.mods, "audit", member=town.ben)
    scene.see("/audit of somebody who did one thing", none)
    zoe = town.guild.add_member(town.env.create_user("zoe"))
    await town.env.settle()
    scene.see("/audit of nobody", await town.mira.slash(town.mods, "audit", member=zoe))
    scene.compare()


async def test_the_menu_of_a_members_payments(town: World, runner: Runner, clock: Time) -> None:
    """The only payment at once; of several the one that is chosen."""
    scene = Scene("menu_of_payments", town)
    await put_up(runner, YEN)
    only = await town.mira.context_menu(town.mods, "Refund a payment", target=town.ada)
    scene.see("of one", only, privately=False)
    await buy(town, runner, clock, "p2", of=YEN)
    update = refund_update("p2", "re_1", 100, RefundStatus.SUCCEEDED, currency="JPY")
    await runner.run(event(update, at=clock()))
    menu = await town.mira.context_menu(town.mods, "Refund a payment", target=town.ada)
    scene.see("of two", menu, privately=True)
    assert menu.response is not None
    scene.see("the other one", await town.mira.select(menu.response, ["p2"]), privately=False)
    refused = await town.mira.context_menu(town.mods, "Refund a payment", target=town.ben)
    assert refusal(town, refused) == str(NOTHING_TO_REFUND)
    scene.compare()


async def test_the_figures_of_two_currencies(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("stats", town)
    small = [package(number, 100 * number, "USD") for number in range(1, 5)]
    for each in (YEN, *small):
        await put_up(runner, each)
    for name, of, tax in (
        ("p2", package(), 95),
        ("p3", YEN, 90),
        ("p4", YEN, 0),
        *((f"p{5 + number}", of, 0) for number, of in enumerate(small)),
    ):
        await buy(town, runner, clock, name, of=of, tax=tax)
    await runner.run(event(refund_update("p2", "re_1", 594), at=clock()))
    lost = dispute_update("p4", "dp_1", 1000, DisputeStatus.LOST, currency="JPY")
    await runner.run(event(lost, at=clock()))
    await town.mira.slash(town.mods, "revoke", member=town.ada, points=7, reason="oh")
    clock.pass_(11 * DAY)
    scene.see("/stats", await town.mira.slash(town.mods, "stats"), privately=True)
    scene.see("/stats of a week", await town.mira.slash(town.mods, "stats", period=7))
    scene.compare()
