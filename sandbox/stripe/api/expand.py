"""Putting whole objects in the place of their ids (Stripe: Expanding responses)."""

from collections.abc import Callable, Iterable

from sandbox.stripe.api.errors import invalid
from sandbox.stripe.objects.common import Json
from sandbox.stripe.state import State

_DEEPEST = 4


def expand(state: State, shown: Json, paths: Iterable[str], check: Callable[[str], None]) -> Json:
    """Fill in what `expand[]` asks for, such as `payment_intent.latest_charge`; returns `shown`.

    Args:
        state: What the local Stripe knows.
        shown: The answer.
        paths: What is asked for.
        check: Refuses a kind of object that the key may not read.
    """
    for path in paths:
        parts = path.split(".")
        if len(parts) > _DEEPEST:
            raise invalid(
                f"You cannot expand more than {_DEEPEST} levels of a property ({path}).", "expand"
            )
        _follow(state, shown, parts, path, check)
    return shown


def _follow(
    state: State, shown: Json, parts: list[str], path: str, check: Callable[[str], None]
) -> None:
    name, rest = parts[0], parts[1:]
    if name == "data" and shown.get("object") == "list":
        for each in shown["data"]:
            _follow(state, each, rest, path, check)
        return
    if name in ("line_items", "refunds") and name not in shown:
        _include(state, shown, name)
    if name not in shown:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    value = shown[name]
    if isinstance(value, str):
        value = shown[name] = state.find(value) or value
    if isinstance(value, str):
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    if isinstance(value, dict):
        check(value.get("object", ""))
        if rest:
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
