"""The forms of `/item edit`: what is typed about an item, by what it is about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

from bot.features.items.typed import (
    MOMENT_LENGTH,
    SPAN_LENGTH,
    moment_of,
    moment_typed,
    span_of,
    span_typed,
    whole_number,
)
from bot.features.setup.form import Field, Typed
from payments.domain.rules.item_checks import PICTURE_LENGTH
from payments.domain.sentences.parts import Written
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import NAME_PARTS
from payments.domain.values.items import (
    DESCRIPTION_LENGTH,
    MAX_QUANTITY,
    QUESTION_LENGTH,
    Offer,
)
from payments.domain.values.written_text import SPARE, tidy

FormName = Literal["words", "limits", "times"]

_NUMBER_LENGTH: Final = 20


class ItemForm(NamedTuple):
    """Some of what an owner decides about an item, typed together.

    Attributes:
        title: What stands above it.
        fields: Its lines, as the item is, in the guild's time zone.
        changed: The offer with the lines that were changed; may refuse.
    """

    title: Sentence
    fields: Callable[[Offer, str], tuple[Field, ...]]
    changed: Callable[[Offer, Typed, str], Offer]


def _word_fields(offer: Offer, zone: str) -> tuple[Field, ...]:
    del zone
    return (
        Field(
            "name",
            Sentence("Name"),
            Sentence("What members read."),
            offer.name,
            NAME_PARTS,
            needed=True,
        ),
        Field(
            "price",
            Sentence("Price in points"),
            Sentence("For one piece."),
            str(offer.price),
            _NUMBER_LENGTH,
            needed=True,
        ),
        Field(
            "description",
            Sentence("Description"),
            Sentence("What members read about it. May be empty."),
            offer.description,
            DESCRIPTION_LENGTH * SPARE,
        ),
        Field(
            "picture",
            Sentence("Picture"),
            Sentence("Its address; begins with https://. Empty for none."),
            offer.picture,
            PICTURE_LENGTH,
        ),
        Field(
            "question",
            Sentence("Question to the buyer"),
            Sentence("What they are asked to write. Empty for nothing."),
            offer.question,
            QUESTION_LENGTH * SPARE,
        ),
    )


def _with_words(offer: Offer, typed: Typed, zone: str) -> Offer:
    del zone
    changes: dict[str, Any] = {
        name: tidy(typed[name]) for name in ("name", "description", "question") if name in typed
    }
    if "picture" in typed:
        changes["picture"] = typed["picture"]
    if "price" in typed:
        changes["price"] = whole_number(typed["price"])
    return replace(offer, **changes)


def _limit_fields(offer: Offer, zone: str) -> tuple[Field, ...]:
    del zone
    limits = offer.limits
    return (
        Field(
            "per_order",
            Sentence("Pieces of one order"),
            Sentence("The most, 1 to {most}.", most=MAX_QUANTITY),
            str(limits.per_order),
            _NUMBER_LENGTH,
            needed=True,
        ),
        Field(
            "per_member",
            Sentence("Pieces of one member"),
            Sentence("The most. Empty for no limit."),
            "" if limits.per_member is None else str(limits.per_member),
            _NUMBER_LENGTH,
        ),
        Field(
            "period",
            Sentence("Within which time"),
            Sentence("Such as 30d or 12h. Empty: all in all."),
            span_typed(limits.period),
            SPAN_LENGTH,
        ),
        Field(
            "cooldown",
            Sentence("Pause between two orders"),
            Sentence("Of one member, such as 30d or 12h. Empty for none."),
            span_typed(limits.cooldown),
            SPAN_LENGTH,
        ),
    )


def _with_limits(offer: Offer, typed: Typed, zone: str) -> Offer:
    del zone
    changes: dict[str, Any] = {}
    if "per_order" in typed:
        changes["per_order"] = whole_number(typed["per_order"])
    if "per_member" in typed:
        changes["per_member"] = _if_any(typed["per_member"], whole_number)
    if "period" in typed:
        changes["period"] = _if_any(typed["period"], span_of)
    if "cooldown" in typed:
        changes["cooldown"] = _if_any(typed["cooldown"], span_of) or 0
    return replace(offer, limits=replace(offer.limits, **changes))


def _time_fields(offer: Offer, zone: str) -> tuple[Field, ...]:
    limits = offer.limits
    moment = Sentence(
        "Such as 2026-12-24 18:00, time zone {zone}. Empty for none.", zone=Written(zone)
    )
    fields = [
        Field(
            "opens",
            Sentence("For sale from"),
            moment,
            moment_typed(limits.opens_at, zone),
            MOMENT_LENGTH,
        ),
        Field(
            "closes",
            Sentence("For sale until"),
            moment,
            moment_typed(limits.closes_at, zone),
            MOMENT_LENGTH,
        ),
        Field(
            "wait",
            Sentence("How long an order waits"),
            Sentence("Until somebody fulfils it, 1 hour to 90 days, such as 2d."),
            span_typed(offer.wait),
            SPAN_LENGTH,
            needed=True,
        ),
    ]
    if offer.role is not None:
        fields.append(
            Field(
                "role_time",
                Sentence("How long the role is given"),
                Sentence("Such as 30d or 12h. Empty for good."),
                span_typed(offer.role.lasts),
                SPAN_LENGTH,
            )
        )
    return tuple(fields)


def _with_times(offer: Offer, typed: Typed, zone: str) -> Offer:
    changes: dict[str, Any] = {}
    for name, field in (("opens", "opens_at"), ("closes", "closes_at")):
        if name in typed:
            changes[field] = _if_any(typed[name], lambda words: moment_of(words, zone))
    changed = replace(offer, limits=replace(offer.limits, **changes))
    if "wait" in typed:
        changed = replace(changed, wait=span_of(typed["wait"]))
    if "role_time" in typed and changed.role is not None:
        lasts = _if_any(typed["role_time"], span_of)
        changed = replace(changed, role=replace(changed.role, lasts=lasts))
    return changed


def _if_any(typed: str, read: Callable[[str], int]) -> int | None:
    return read(typed) if typed else None


FORMS: Final[Mapping[FormName, ItemForm]] = {
    "words": ItemForm(Sentence("Words and price"), _word_fields, _with_words),
    "limits": ItemForm(Sentence("Limits"), _limit_fields, _with_limits),
    "times": ItemForm(Sentence("Times"), _time_fields, _with_times),
}
"""By what an owner chooses."""
