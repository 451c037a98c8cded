"""The cards that people see, whole: words, colours, buttons, and who may see them."""

from dataclasses import replace
from typing import Any

from simcord.actors import MemberActor

from payments.commands.points.move import GrantPoints
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, MoneyStatus, RefundStatus
from payments.domain.values.time import HOUR, MINUTE
from payments.providers.errors import ProviderRefused
from payments.providers.protocol import Refusal
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, dispute_update, event, package, refund_update
from tests.support.presses import press
from tests.support.setup_panel import MODERATORS, NEWS, NOTICES, Panel
from tests.support.shown import Scene, language
from tests.support.town import buy, granted, town
from tests.support.transfers import LARGE, ask, give

__all__ = ["language", "town"]


async def test_balance_and_history(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("balance_and_history", town)
    scene.see("/balance", await town.ada.slash(town.general, "balance"), privately=True)
    for number in range(14):
        await runner.run(GrantPoints(**granted(town, clock), points=1 + number, note="a prize"))
    await buy(town, runner, clock, "p2")
    await buy(town, runner, clock, "p3", money=MoneyStatus.PROCESSING)
    clock.pass_(MINUTE)
    await runner.run(event(refund_update("p1", "re_1", 100, RefundStatus.PENDING), at=clock()))
    clock.pass_(MINUTE)
    await runner.run(event(dispute_update("p2", "dp_1", 499, DisputeStatus.OPEN), at=clock()))
    scene.see("/balance later", await town.ada.slash(town.general, "balance"))
    shown = await town.ada.slash(town.general, "history")
    scene.see("/history", shown, privately=True)
    for label in ("Older", "Older", "Newer"):
        assert shown.response is not None
        scene.see(label, await press(town.ada, shown, label))
    scene.see("Ada's, for Mira", await town.mira.slash(town.mods, "balance", member=town.ada))
    scene.compare()


async def test_transfers(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("transfers", town)
    scene.see("/transfer one", await ask(town, 1), privately=True)
    scene.see("/transfer with a note", await ask(town, 5, note="for *you*"))
    refused = await ask(town, 900)
    assert "900 points" in refusal(town, refused)
    scene.see("more than there is", refused)
    await give(town, runner, clock, 2 * LARGE)
    for label in ("Cancel", "Send"):
        asked = await ask(town, LARGE, note="a lot")
        scene.see(f"/transfer much, before {label}", asked)
        assert asked.response is not None
        scene.see(label, await press(town.ada, asked, label))
    scene.see("all that is left", await ask(town, 1001))
    scene.compare()


async def refund(town: World, by: MemberActor | None = None, **options: Any) -> Any:
    return await (by or town.mira).slash(town.mods, "refund", payment="p1", **options)


async def test_refunds(town: World, provider: FakeProvider) -> None:
    scene = Scene("refunds", town)
    provider.fee = Money(minor=47, currency="EUR")
    quote = await refund(town, amount="1", reason="half of\nit")
    scene.see("/refund a little", quote, privately=False)
    scene.see("Refund", await press(town.mira, quote, "Refund"))
    quote = await refund(town)
    scene.see("/refund the rest", quote)
    scene.see("Ask for approval", await press(town.mira, quote, "Ask for approval"))
    scene.see("declined", await press(town.olga, quote, "Decline"))
    quote = await refund(town, reason="after all")
    await press(town.mira, quote, "Ask for approval")
    provider.refund_status = RefundStatus.PENDING
    scene.see("approved, and pending", await press(town.olga, quote, "Approve"))
    scene.compare()


async def test_refunds_that_the_provider_refuses_or_that_are_for_fraud(
    town: World, provider: FakeProvider
) -> None:
    scene = Scene("refunds_refused", town)
    quote = await refund(town, amount="2")
    provider.failures.append(ProviderRefused("no", code="expired_or_*so*"))
    scene.see("refused", await press(town.mira, quote, "Refund"))
    quote = await refund(town, amount="2")
    disputed = ProviderRefused("no", code="charge_disputed", why=Refusal.DISPUTED)
    provider.failures.append(disputed)
    scene.see("disputed there", await press(town.mira, quote, "Refund"))
    quote = await refund(town, amount="2")
    scene.see("cancelled", await press(town.mira, quote, "Cancel"))
    quote = await refund(town, amount="2")
    made = replace(refund_update("p1", "re_9", 499), provider_id="re_9")
    provider.made["dashboard"] = made
    provider.failures.append(
        ProviderRefused("no", code="charge_already_refunded", why=Refusal.REFUNDED)
    )
    scene.see("refunded there", await press(town.mira, quote, "Refund"))
    scene.compare()


async def test_payments(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("payments", town)
    for number in range(2, 13):
        clock.pass_(HOUR)
        await buy(town, runner, clock, f"p{number}", of=package())
    await runner.run(event(refund_update("p2", "re_1", 499), at=clock()))
    await runner.run(event(refund_update("p3", "re_2", 100, RefundStatus.PENDING), at=clock()))
    await runner.run(event(dispute_update("p4", "dp_1", 499, DisputeStatus.OPEN), at=clock()))
    await runner.run(event(dispute_update("p5", "dp_2", 499, DisputeStatus.LOST), at=clock()))
    for who, options in (("everybody's", {}), ("Ada's", {"member": town.ada})):
        shown = await town.mira.slash(town.mods, "payments", **options)
        scene.see(f"/payments, {who}", shown)
        assert shown.response is not None
        scene.see("Older", await press(town.mira, shown, "Older"))
    scene.see("Ben has none", await town.mira.slash(town.mods, "payments", member=town.ben))
    scene.compare()


async def test_moderation(town: World, queries: Queries) -> None:
    scene = Scene("moderation", town)
    given = await town.mira.slash(town.mods, "grant", member=town.ada, points=30, reason="a prize")
    scene.see("/grant", given, privately=False)
    taken = await town.mira.slash(town.mods, "revoke", member=town.ada, points=7, reason="a slip")
    scene.see("/revoke", taken)
    scene.see("/audit", await town.mira.slash(town.mods, "audit"), privately=True)
    scene.see("/audit Mira's", await town.mira.slash(town.mods, "audit", member=town.mira))
    assert (await queries.balance(GUILD, town.ada_id, town.bot.clock())).points == 483
    scene.compare()


async def test_setup(town: World) -> None:
    scene = Scene("setup", town)
    panel = await town.olga.slash(town.general, "setup panel")
    scene.see("/setup panel", panel, privately=True)
    assert panel.response is not None
    for label in ("Names…", "Limits…"):
        scene.see(label, await press(town.olga, panel, label))
    for menu, chosen in ((NEWS, town.general), (NOTICES, town.general), (MODERATORS, town.mods)):
        shown = Panel(town, panel, town.olga)
        scene.see(f"{menu} is chosen", await shown.choose(menu, chosen))
    panel = await town.olga.slash(town.general, "setup panel")
    scene.see("/setup panel, all set", panel)
    scene.see("/setup show", await town.olga.slash(town.general, "setup show"))
    scene.see("/package list", await town.olga.slash(town.general, "package list"))
    scene.see("/subscriber list", await town.olga.slash(town.general, "subscriber list"))
    scene.compare()
