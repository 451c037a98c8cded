"""The control page of the shop: everything that can happen, and the same by POST."""

from collections.abc import Mapping

from sandbox.base.common import Json, NotPossible
from sandbox.base.control import SHOWN, TREATMENTS, Act, message_acts
from sandbox.base.fields import Fields, number, seconds
from sandbox.discord_shop.objects import AVAILABLE, Kind, SkuType
from sandbox.discord_shop.play import Play


def _id(fields: Fields, name: str) -> int:
    text = fields[name]
    if not text.isdecimal():
        raise NotPossible(f"{name} is an id, not {text!r}")
    return int(text)


async def _buy(shop: Play, fields: Fields) -> Json:
    named = fields.get("kind") or Kind.PURCHASE.name
    if named not in Kind.__members__:
        raise NotPossible(f"{named} is none of {', '.join(Kind.__members__)}")
    return await shop.buy(_id(fields, "user"), _id(fields, "sku"), kind=Kind[named])


async def _add_sku(shop: Play, fields: Fields) -> Json:
    named = fields.get("type") or SkuType.CONSUMABLE.name
    if named not in SkuType.__members__:
        raise NotPossible(f"{named} is none of {', '.join(SkuType.__members__)}")
    made = shop.add_sku(
        fields["name"],
        SkuType[named],
        cents=number(fields, "cents", 499),
        flags=number(fields, "flags", AVAILABLE),
    )
    return made.render(shop.state.application)


async def _refund(shop: Play, fields: Fields) -> Json:
    quietly = fields.get("quietly", "") in {"true", "on", "1"}
    return await shop.refund(_id(fields, "id"), quietly=quietly)


async def _consume(shop: Play, fields: Fields) -> Json:
    await shop.consume(_id(fields, "id"))
    return shop.state.entitlement(_id(fields, "id")).render()


async def _plan_gateway(shop: Play, fields: Fields) -> Json:
    treatment = fields["treatment"]
    if treatment not in TREATMENTS:
        raise NotPossible(f"{treatment} is none of {', '.join(TREATMENTS)}")
    plan = shop.state.line.plan(
        treatment,
        fields.get("types") or "*",
        times=number(fields, "times", 1),
        seconds=seconds(fields, 5),
    )
    return {"treatment": plan.treatment, "types": plan.types, "times": plan.times}


async def _gateway(shop: Play, fields: Fields) -> Json:
    act = fields["act"]
    if act not in {"leave", "return", "release"}:
        raise NotPossible(f"the gateway cannot {act}")
    if act == "release":
        return {"released": await shop.state.line.release()}
    await shop.state.line.let(be_away=act == "leave")
    return {"away": shop.state.line.away}


async def _register(shop: Play, fields: Fields) -> Json:
    url = fields["url"]
    if not await shop.register(url or None):
        raise NotPossible(f"{url} does not answer a PING with 204 and a forged one with 401")
    return {"url": url}


async def _probe(shop: Play, _fields: Fields) -> Json:
    return {"sound": await shop.probe()}


async def _switch_off(shop: Play, _fields: Fields) -> Json:
    shop.switch_off()
    return {"status": "off"}


async def _list(shop: Play, _fields: Fields) -> Json:
    return {
        "entitlements": [each.render() for each in shop.state.entitlements.values()],
        "skus": [each.render(shop.state.application) for each in shop.state.skus.values()],
        "gateway": [
            {"event": each.event, "id": str(each.about), "fate": each.fate}
            for each in shop.state.line.told
        ],
    }


ACTS: dict[str, Act[Play]] = {
    "add_sku": _add_sku,
    "buy": _buy,
    "gift": lambda shop, f: shop.gift(_id(f, "user"), _id(f, "sku"), _id(f, "to")),
    "refund": _refund,
    "consume": _consume,
    "tell_again": lambda shop, f: shop.tell_again(_id(f, "id")),
    "plan_gateway": _plan_gateway,
    "gateway": _gateway,
    "register": _register,
    "probe": _probe,
    "switch_off": _switch_off,
    "list": _list,
    **message_acts(),
}
"""What `POST /control/{act}` can do; `id` names the entitlement, or the event, it is done to."""


def shown(shop: Play) -> Mapping[str, object]:
    """What the page shows."""
    state, dispatcher = shop.state, shop.dispatcher
    return {
        "state": state,
        "people": state.people(),
        "kinds_of_sku": SkuType,
        "kind_names": {int(each): each.name for each in Kind},
        "entitlements": list(reversed(state.entitlements.values()))[:SHOWN],
        "for_sale": [each for each in state.skus.values() if each.for_sale],
        "told": state.line.told,
        "webhook": state.webhooks.get("events"),
        "events": [
            (event, dispatcher.of(event.id))
            for event in list(reversed(state.events.values()))[:SHOWN]
        ],
        "plans": dispatcher.plans.waiting,
    }
