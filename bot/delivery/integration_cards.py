"""What moderators read of providers and services that do not do well."""

from discord import ui

from bot.delivery.seen import Seen
from bot.ui.card import Mood, card
from bot.wording import integrations, text
from payments.domain.sentences.parts import Moment, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import IntegrationRecovered, IntegrationTroubled


def troubled(event: IntegrationTroubled, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """One does not do well."""
    lines = [integrations.figures(event), integrations.ADVICE[event.trouble]]
    return card(
        integrations.HEADINGS[event.trouble](_name(event, seen)),
        *(line for line in lines if line is not None),
        reader=reader,
        mood=Mood.WAIT,
        footer=Sentence("{moment}", moment=Moment(event.at)),
    )


def recovered(event: IntegrationRecovered, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """It does again."""
    return card(
        integrations.OVER[event.trouble](_name(event, seen)),
        reader=reader,
        mood=Mood.GOOD,
        footer=Sentence("{moment}", moment=Moment(event.at)),
    )


def _name(event: IntegrationTroubled | IntegrationRecovered, seen: Seen) -> Verbatim:
    known = seen.guide.title(event.integration)
    return Verbatim(integrations.title_of(event.integration, known))
