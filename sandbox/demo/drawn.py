"""What SimCord's pages show, so that a press on one counts as it does in Discord.

SimCord takes an action only on the newest state of its page, and a page learns of a newer one up
to half a second later. Discord asks for nothing of the kind: a press counts as long as the message
has that button. So what was refused for its age alone is asked again on the newest state.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]

_KEPT: Final = 8
"""How many states of a page are remembered; it shows one of the last two or three."""

_PRESSES: Final = frozenset({"click", "select"})
"""Kinds of actions on a button or a menu of a message."""


class Drawn:
    """The last states that each page of SimCord's was given."""

    def __init__(self) -> None:
        self._pages: dict[str, OrderedDict[int, dict[str, str]]] = {}

    def forget(self) -> None:
        """All pages are closed."""
        self._pages.clear()

    def note(self, state: Json) -> None:
        """A page was given this state."""
        page = self._pages.setdefault(state["context"]["id"], OrderedDict())
        page[state["publishedRevision"]] = _controls(state)
        while len(page) > _KEPT:
            page.popitem(last=False)

    def upon(self, state: Json, action: Json) -> Json | None:
        """The same action on a newer state of its page.

        Args:
            state: The newest one.
            action: As the page has sent it on an older one.

        Returns:
            The action to be sent; None if what was pressed is gone, or is another by now.
        """
        if action["kind"] in _PRESSES:
            page = self._pages.get(state["context"]["id"], OrderedDict())
            seen = page.get(action["published_revision"], {}).get(action["control_key"])
            if seen is None or _controls(state).get(action["control_key"]) != seen:
                return None
        return action | {"published_revision": state["publishedRevision"]}


def is_stale(result: Json) -> bool:
    """Whether SimCord refused an action only because its page has a newer state."""
    codes = [each["code"] for each in result["diagnostics"]]
    return bool(result["rejected"]) and codes == ["stale-revision"]


def is_shown(result: Json) -> bool:
    """Whether the page shows what became of an action; not if SimCord waited for it in vain."""
    return result["settlement"] in {"settled", "rejected"}


def _controls(state: Json) -> dict[str, str]:
    """The custom id of each button and menu in the messages of a state, by SimCord's key."""
    return {
        part["control_key"]: part["custom_id"]
        for message in state["messages"].values()
        for root in message["components"]
        for part in _parts(root)
        if "control_key" in part and "custom_id" in part
    }


def _parts(component: Json) -> Iterator[Json]:
    yield component
    for inner in component.get("components", []):
        yield from _parts(inner)
    if "accessory" in component:
        yield from _parts(component["accessory"])
