"""Putting whole objects in the place of their ids (Stripe: Expanding responses).

Which fields can be expanded is read from the SDK's types: those that are an id or an object.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, ForwardRef, get_args

import stripe

from sandbox.base.common import Json
from sandbox.stripe.api.errors import ApiError, invalid
from sandbox.stripe.state import State

_DEEPEST: Final = 4
"""Stripe: Expanding responses: "Expansions have a maximum depth of four levels"."""

_CLASSES: Final[dict[str, type[stripe.StripeObject]]] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "radar.early_fraud_warning": stripe.radar.EarlyFraudWarning,
    "balance_transaction": stripe.BalanceTransaction,
}
_NAMES: Final = {
    "Session": "checkout.session",
    "PaymentIntent": "payment_intent",
    "Charge": "charge",
    "Refund": "refund",
    "Dispute": "dispute",
    "DisputeResource": "dispute",
    "BalanceTransaction": "balance_transaction",
}
"""What the SDK calls our kinds where it refers to them."""

_INCLUDED: Final = {("checkout.session", "line_items"): "item", ("charge", "refunds"): "refund"}
"""Lists that are there only when they are asked for (Stripe: Expanding responses), and of what."""


def check_expansion(kind: str, paths: Iterable[str], *, is_list: bool) -> None:
    """Refuse what cannot be expanded, before anything is done.

    Args:
        kind: What is answered, or what the list that is answered holds.
        paths: What is asked for, such as `payment_intent.latest_charge`.
        is_list: Whether a list of it is answered.

    Raises:
        ApiError: Too deep, or no such field.
    """
    for path in paths:
        parts = path.split(".")
        if len(parts) > _DEEPEST:
            raise invalid(
                f"You cannot expand more than {_DEEPEST} levels of a property ({path}).", "expand"
            )
        if is_list:
            if parts[0] != "data":
                hint = f" You may want to try expanding 'data.{path}' instead."
                raise _no(path, hint if _leads({kind}, parts) else "")
            parts = parts[1:]
        if not parts or not _leads({kind}, parts):
            raise _no(path)


def expand(state: State, shown: Json, paths: Iterable[str], check: Callable[[str], None]) -> Json:
    """Fill in what `expand[]` asks for; returns `shown`.

    Args:
        state: What the local Stripe knows.
        shown: The answer.
        paths: What is asked for, checked before.
        check: Refuses a kind of object that the key may not read.
    """
    for path in paths:
        _follow(state, shown, path.split("."), path, check)
    return shown


@cache
def _fields(kind: str) -> dict[str, frozenset[str]]:
    """What of an object can be expanded, and the kinds that it leads to, as far as we have them."""
    found: dict[str, frozenset[str]] = {
        name: frozenset({of}) for (each, name), of in _INCLUDED.items() if each == kind
    }
    if kind in _CLASSES:
        for name, hint in _CLASSES[kind].__annotations__.items():
            kinds = _alternatives(hint)
            if kinds is not None:
                found[name] = kinds
    return found


def _alternatives(hint: object) -> frozenset[str] | None:
    """The kinds that stand behind an id; None if a type is no id or object."""
    parts = get_args(hint)
    referred = {
        each.__forward_arg__ if isinstance(each, ForwardRef) else each.__name__
        for each in parts
        if isinstance(each, ForwardRef)
        or (isinstance(each, type) and issubclass(each, stripe.StripeObject))
    }
    if str not in parts or not referred:
        return None
    return frozenset(_NAMES.get(name, name) for name in referred)


def _leads(kinds: Iterable[str], parts: list[str]) -> bool:
    """Whether a path leads somewhere from one of these kinds; what we do not have, we trust."""
    for kind in kinds:
        if kind not in _CLASSES:
            return True
        further = _fields(kind)
        rest = parts[1:]
        if parts[0] in further:
            if (kind, parts[0]) in _INCLUDED and rest:
                if rest[0] == "data" and (not rest[1:] or _leads(further[parts[0]], rest[1:])):
                    return True
            elif not rest or _leads(further[parts[0]], rest):
                return True
    return False


def _no(path: str, hint: str = "") -> ApiError:
    return invalid(f"This property cannot be expanded ({path}).{hint}", "expand")


def _follow(
    state: State, shown: Json, parts: list[str], path: str, check: Callable[[str], None]
) -> None:
    if not parts:
        return
    name, rest = parts[0], parts[1:]
    if name == "data" and shown.get("object") == "list":
        for each in shown["data"]:
            _follow(state, each, rest, path, check)
        return
    if name not in shown:
        _include(state, shown, name)
    value = shown.get(name)
    if isinstance(value, str):
        value = shown[name] = state.find(value)
        if value is None:
            raise invalid(f"The local Stripe has no such object to expand ({path}).", "expand")
    if isinstance(value, dict):
        check(value.get("object", ""))
        _follow(state, value, rest, path, check)


def _include(state: State, shown: Json, name: str) -> None:
    object_id = shown.get("id", "")
    if name == "line_items" and object_id in state.sessions:
        session = state.sessions[object_id]
        data = [item.render(session.created) for item in session.line_items]
        url = f"/v1/checkout/sessions/{object_id}/line_items"
    elif name == "refunds" and object_id in state.charges:
        made = [each for each in state.refunds.values() if each.charge == object_id]
        data = [each.render() for each in reversed(made)]
        url = f"/v1/charges/{object_id}/refunds"
    else:
        return
    shown[name] = {"object": "list", "data": data, "has_more": False, "url": url}
