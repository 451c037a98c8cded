"""What people read of how payment providers and other services do."""

from collections.abc import Callable, Mapping
from typing import Final

from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import IntegrationTroubled
from payments.domain.values.integration_trouble import IntegrationTrouble

_FAILING, _SLOW, _TIMING_OUT, _UNREACHABLE, _FALLING_BACK = (
    IntegrationTrouble.FAILING,
    IntegrationTrouble.SLOW,
    IntegrationTrouble.TIMING_OUT,
    IntegrationTrouble.UNREACHABLE,
    IntegrationTrouble.FALLING_BACK,
)


def title_of(name: str, known: str) -> str:
    """What people call an integration.

    Args:
        name: As its calls name it.
        known: What a payment provider of that name is called; the name itself if there is none.
    """
    return known if known != name else name.replace("_", " ").capitalize()


HEADINGS: Final[Mapping[IntegrationTrouble, Callable[[Verbatim], Sentence]]] = {
    _UNREACHABLE: lambda name: Sentence("{name} can't be reached", name=name),
    _FAILING: lambda name: Sentence("{name} fails often", name=name),
    _TIMING_OUT: lambda name: Sentence("{name} often doesn't answer in time", name=name),
    _SLOW: lambda name: Sentence("{name} is slow", name=name),
    _FALLING_BACK: lambda name: Sentence("{name} is often replaced by older figures", name=name),
}

OVER: Final[Mapping[IntegrationTrouble, Callable[[Verbatim], Sentence]]] = {
    _UNREACHABLE: lambda name: Sentence("{name} can be reached again", name=name),
    _FAILING: lambda name: Sentence("{name} works again", name=name),
    _TIMING_OUT: lambda name: Sentence("{name} answers in time again", name=name),
    _SLOW: lambda name: Sentence("{name} is as quick as usual again", name=name),
    _FALLING_BACK: lambda name: Sentence("{name} answers by itself again", name=name),
}

STATES: Final[Mapping[IntegrationTrouble, Sentence]] = {
    _UNREACHABLE: Sentence("can't be reached"),
    _FAILING: Sentence("fails often"),
    _TIMING_OUT: Sentence("runs out of time"),
    _SLOW: Sentence("slow"),
    _FALLING_BACK: Sentence("replaced by older figures"),
}

WELL: Final = Sentence("works")


def figures(event: IntegrationTroubled) -> Sentence | None:
    """What was measured; None where nothing was called any more."""
    if event.trouble is _SLOW:
        return Sentence(
            "An answer takes {now} ms on average, and usually {usual} ms.",
            now=event.milliseconds,
            usual=event.usual_milliseconds,
        )
    if event.trouble is _TIMING_OUT:
        return Sentence(
            "Of {made} calls in the last 15 minutes {failed} ran out of time.",
            made=event.made,
            failed=event.timed_out,
        )
    if event.trouble is _FALLING_BACK:
        return Sentence(
            "In the last 15 minutes that happened {times} times.", times=event.fallbacks
        )
    if not event.made:
        return None
    return Sentence(
        "Of {made} calls in the last 15 minutes {failed} failed.",
        made=event.made,
        failed=event.failed,
    )


ADVICE: Final[Mapping[IntegrationTrouble, Sentence]] = {
    _UNREACHABLE: Sentence(
        "What needs it waits or says so. It is tried again by itself, and nothing is lost. Look at "
        "its status page if this lasts."
    ),
    _FAILING: Sentence(
        "What fails is tried again by itself, and nothing is lost. Look at its status page if this "
        "lasts."
    ),
    _TIMING_OUT: Sentence(
        "Look at its status page, and at the network of the machine that runs the bot."
    ),
    _SLOW: Sentence("Members wait longer than usual. You need to do nothing."),
    _FALLING_BACK: Sentence(
        "It doesn't answer often enough. Look at its status page, or choose another service."
    ),
}
