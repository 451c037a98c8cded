"""Events in the shapes of several versions of Stripe's API, written after its documentation.

`*.old.json` are from before a change that a case names, `*.new.json` from after it.
"""

import json
from pathlib import Path
from typing import Any

from tests.support.make import ADA, GUILD, package
from tests.support.shop import Shop
from tests.support.web import PAYMENT

FOLDER = Path(__file__).parents[1] / "providers" / "stripe" / "fixtures"


def payload(name: str, *, event: str, **ids: str | int) -> str:
    """One of them with its blanks filled in.

    Args:
        name: The file's name without its ending.
        event: The event's id.
        ids: What stands for `{NAME}` in it, by the name in lower case.
    """
    known = {
        "event": event,
        "payment": PAYMENT,
        "guild": str(GUILD),
        "member": str(ADA),
        "package": package().id,
        **ids,
    }
    template = json.loads((FOLDER / f"{name}.json").read_text())
    return json.dumps(_filled(template, {f"{{{key.upper()}}}": known[key] for key in known}))


def _filled(value: Any, known: dict[str, str | int]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, known) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    if isinstance(value, str):
        for blank, filling in known.items():
            if value == blank:
                return filling
            value = value.replace(blank, str(filling))
    return value


def ids_of(shop: Shop) -> dict[str, str]:
    """The ids of a paid purchase at Stripe, as the blanks are named."""
    (charge,) = shop.stripe.state.charges.values()
    return {
        "session": shop.session,
        "charge": charge.id,
        "intent": str(charge.payment_intent),
    }


def silence(shop: Shop) -> None:
    """Stripe tells nothing by itself: the test does."""
    shop.stripe.plan("never", "*", times=None)
