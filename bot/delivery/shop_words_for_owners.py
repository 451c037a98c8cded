"""What an owner reads of their shop: codes that run out, panels that cannot be kept up to date."""

from collections.abc import Mapping
from typing import Final

from payments.domain.sentences.parts import Place, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.events import ChannelUnusable, CodesRunningOut

_POST: Final = SlashCommand("item panel")

_PANELS: Final[Mapping[str, Sentence]] = {
    "item_panel": Sentence("the panel from which members order"),
    "package_panel": Sentence("the panel from which members buy points"),
}
"""What stands in a channel that is no setting."""


def codes_running_out(event: CodesRunningOut, server: str) -> list[Sentence]:
    """That few codes of an item are left, or none."""
    add = Sentence("Add more with {command}.", command=SlashCommand("item codes"))
    if not event.left:
        gone = Sentence(
            "On {server} all codes of {item} are gone: it is sold out.",
            server=server,
            item=event.item_name,
        )
        return [gone, add]
    few = plural(
        "On {server} {n} code of {item} is left.",
        "On {server} {n} codes of {item} are left.",
        event.left,
        server=server,
        item=event.item_name,
    )
    return [few, add]


def is_panel(event: ChannelUnusable) -> bool:
    """Whether it is about a panel."""
    return event.setting in _PANELS


def panel_unusable(event: ChannelUnusable, server: str) -> list[Sentence]:
    """That a panel could not be kept up to date, and what to do."""
    said = [
        Sentence(
            "On {server} I could not change {panel}: {reason}.",
            server=server,
            panel=_PANELS[event.setting],
            reason=Verbatim(event.reason),
        )
    ]
    if event.channel is not None:
        said.append(
            Sentence(
                "If it still stands, let me view {channel} and send messages there; it is then up "
                "to date within ten minutes.",
                channel=Place(event.channel),
            )
        )
    return [*said, Sentence("Else post it again with {command}.", command=_POST)]
