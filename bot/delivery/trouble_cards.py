"""What moderators read of trouble that is about no payment of theirs."""

from discord import ui

from bot.delivery.seen import Seen
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.sentences.parts import Code, Moment, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.events import (
    ProviderAccessRefused,
    ProviderEventStuck,
    SubscriberDisabled,
)


def stuck(event: ProviderEventStuck, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """A message of the provider that makes no sense waits for a person."""
    lines = [
        Sentence(
            "{kind} could not be handled: {reason}",
            kind=Code(event.kind),
            reason=Verbatim(event.reason),
        ),
        Sentence(
            "Nothing was changed by it. The person who runs the bot sees it with {command}.",
            command=Code(f"guildbank events show {event.event}"),
        ),
    ]
    if event.count > 1:
        lines.append(
            plural(
                "{n} message could not be handled for this reason so far.",
                "{n} messages could not be handled for this reason so far.",
                event.count,
            )
        )
    return card(
        Sentence("A message of the payment provider needs a look"),
        *lines,
        reader=reader,
        mood=Mood.WAIT,
        footer=_provider_footer(event, seen),
    )


def access_refused(
    event: ProviderAccessRefused, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView:
    """The provider does not let the bot do something."""
    return card(
        Sentence("The payment provider refuses the bot"),
        Sentence("{reason}", reason=Verbatim(event.reason)),
        Sentence(
            "Nothing is lost: what needs the provider waits, and goes on by itself once this is "
            "fixed. The person who runs the bot sees with {command} what to do.",
            command=Code("guildbank doctor"),
        ),
        reader=reader,
        mood=Mood.BAD,
        footer=_provider_footer(event, seen),
    )


def _provider_footer(event: ProviderEventStuck | ProviderAccessRefused, seen: Seen) -> Sentence:
    title = seen.guide.title(event.provider)
    return Sentence("{provider} · {moment}", provider=Verbatim(title), moment=Moment(event.at))


def subscriber_disabled(
    event: SubscriberDisabled, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView:
    """A program gets no more events, since none has reached it for days."""
    del seen
    return card(
        Sentence("A subscriber no longer receives events"),
        Sentence(
            "Nothing has reached {host} for days: {reason}.",
            host=Verbatim(event.host),
            reason=Verbatim(event.reason),
        ),
        Sentence(
            "Once that is fixed, people who may manage the server add it again with {command}.",
            command=SlashCommand("subscriber add"),
        ),
        reader=reader,
        mood=Mood.WAIT,
        footer=Sentence("{moment}", moment=Moment(event.at)),
    )
