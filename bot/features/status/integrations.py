"""What `/status` says of payment providers and other services."""

from collections.abc import Mapping
from typing import Final

from bot.wording.integrations import HEADINGS, STATES, WELL, title_of
from payments.domain.sentences.parts import FromNow, Several, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.integration_trouble import IntegrationTrouble
from payments.infra.integration_health import Standing

CHECK: Final = "integrations"
"""The check of all of them; here each is named."""


def troubles(standings: Mapping[str, Standing], titles: Mapping[str, str]) -> list[Sentence]:
    """What is wrong with each, the worst alone.

    Args:
        standings: How each does, by name.
        titles: What payment providers are called, by name.
    """
    return [
        Sentence(
            "{what}, since {moment}.",
            what=HEADINGS[each.troubles[0]](_title(name, titles)),
            moment=FromNow(each.since),
        )
        for name, each in standings.items()
        if each.troubles and each.since is not None
    ]


def line(standings: Mapping[str, Standing], titles: Mapping[str, str]) -> list[Sentence]:
    """How each does that was called in the last quarter of an hour; nothing if none was."""
    shown = tuple(
        Sentence("{name}: {state}", name=_title(name, titles), state=_state(each.troubles))
        for name, each in standings.items()
    )
    return [Sentence("Services: {services}", services=Several(shown))] if shown else []


def _title(name: str, titles: Mapping[str, str]) -> Verbatim:
    return Verbatim(title_of(name, titles.get(name, name)))


def _state(troubles: tuple[IntegrationTrouble, ...]) -> Sentence:
    return STATES[troubles[0]] if troubles else WELL
