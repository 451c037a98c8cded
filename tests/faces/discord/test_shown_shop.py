"""What members see of the shop, whole: its pages, the question, what they got, and their orders."""

from payments.commands.shop.end import DenyOrder
from payments.commands.shop.fulfil import FulfilOrder
from payments.domain.values.ids import MemberId
from payments.domain.values.items import ItemKind, Limits
from payments.domain.values.ledger import PointsKind
from payments.domain.values.time import DAY, MINUTE, later
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.counter import add_real_codes, button_ids, put_up_item
from tests.support.make import START
from tests.support.presses import press
from tests.support.shopping import about, offer, place
from tests.support.shown import Scene, language
from tests.support.town import town

__all__ = ["language", "town"]

KEY = offer("Key", ItemKind.CODE, price=30)
MAP = offer("Map", price=20, question="Of *where*?", limits=Limits(per_order=5))
VIP = offer(
    "Harbour VIP",
    ItemKind.ROLE,
    price=100,
    description="Your name in *gold*.",
    picture="https://pictures.example/vip.png",
)


async def test_the_shop(town: World, runner: Runner, encryptor: Encryptor) -> None:
    scene = Scene("shop", town)
    scene.see("/shop, empty", await town.ada.slash(town.general, "shop"), privately=True)
    dear = offer("Yacht", price=5_000, paid_with=PointsKind.PAID)
    soon = offer("Lamp", price=10, limits=Limits(opens_at=later(START, 90 * DAY)))
    for each in (KEY, MAP, VIP, dear, soon):
        await put_up_item(runner, each, 7 if each is MAP else None)
    await add_real_codes(runner, KEY, encryptor, ["AAAA-1", "BBBB-2"])
    gone = offer("Anchor", price=5)
    await put_up_item(runner, gone, 0)
    shown = await town.ada.slash(town.general, "shop")
    scene.see("/shop", shown, privately=True)
    scene.see("More", await press(town.ada, shown, "More"))
    asked = await town.ada.slash(town.general, "redeem", item="Key", quantity=2)
    scene.see("/redeem Key", asked, privately=True)
    scene.see("Order", await press(town.ada, asked, "Order"))
    form = await town.ada.slash(town.general, "redeem", item="Map")
    scene.see("/redeem Map", form)
    asked = await town.ada.submit_modal(form, {"answer": "the *north*"})
    scene.see("answered", asked, privately=True)
    scene.see("Cancel", await press(town.ada, asked, "Cancel"))
    asked = await town.ada.slash(town.general, "redeem", item="Harbour VIP")
    scene.see("/redeem Harbour VIP", asked)
    scene.see("Order", await press(town.ada, asked, "Order"))
    scene.see("/balance", await town.ada.slash(town.general, "balance"))
    scene.compare()


async def test_orders(town: World, runner: Runner, clock: Time, encryptor: Encryptor) -> None:
    scene = Scene("orders", town)
    scene.see("/orders, none", await town.ada.slash(town.general, "orders"), privately=True)
    for each in (KEY, MAP):
        await put_up_item(runner, each)
    await add_real_codes(runner, KEY, encryptor, ["AAAA-1"])
    clock.pass_(MINUTE)
    await runner.run(place(KEY, "o1", member=town.ada_id, at=clock()))
    for name in ("o2", "o3", "o4"):
        clock.pass_(MINUTE)
        ordered = place(MAP, name, member=town.ada_id, at=clock(), answer="the *north*", quantity=2)
        await runner.run(ordered)
    clock.pass_(MINUTE)  # what is of the same moment has no order that could be relied on
    mira = MemberId(town.mira.id)
    await runner.run(FulfilOrder(**about("o2", clock(), mira), reason="in your *locker*"))
    await runner.run(DenyOrder(**about("o3", clock(), mira), reason="no *paper*"))
    shown = await town.ada.slash(town.general, "orders")
    scene.see("/orders", shown, privately=True)
    clock.pass_(MINUTE)
    assert shown.response is not None
    for label in ("Show code", "Cancel order"):
        (wanted,) = button_ids(shown, label)
        scene.see(label, await town.ada.click(shown.response, custom_id=wanted))
    scene.see("/history", await town.ada.slash(town.general, "history"))
    scene.compare()
