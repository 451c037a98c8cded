"""The forms of `/setup panel`: what cannot be chosen from a list is typed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from bot.features.setup.form import Field, Typed
from bot.features.setup.panel_parts import LIMITS, LIMITS_TITLE, NAMES, NAMES_TITLE, Seen
from bot.features.setup.typed import (
    currency_code,
    hours_of,
    limit_of,
    limit_typed,
    points_of,
    purchases_of,
)
from payments.commands.guild.settings import MAX_MATURITY
from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import (
    MAX_OPEN_CHECKOUTS,
    MAX_PURCHASES_PER_HOUR,
    GuildSettings,
)
from payments.domain.values.ids import GuildId
from payments.domain.values.points_names import NAME_PARTS, POINTS, SYMBOL_PARTS
from payments.domain.values.time import HOUR, UTC_NAME
from payments.domain.values.time_zones import check_zone
from payments.domain.values.written_text import tidy

_HOURS_LENGTH = 5
_AMOUNT_LENGTH = 20
_CURRENCY_LENGTH = 3
_ZONE_LENGTH = 40
_COUNT_LENGTH = 4

USUAL: Final = GuildSettings(guild=GuildId(0))
"""What is so for a server that has chosen nothing."""


class PanelForm(NamedTuple):
    """Some settings that are typed together.

    Attributes:
        part: The part of the panel to which it belongs.
        title: What stands above it.
        fields: Its lines, as things stand.
        changes: What the lines that were changed mean; may refuse.
    """

    part: str
    title: Sentence
    fields: Callable[[Seen], tuple[Field, ...]]
    changes: Callable[[Seen, Typed], dict[str, Any]]


def _limit_fields(seen: Seen) -> tuple[Field, ...]:
    return (
        Field(
            "maturity",
            Sentence("Wait before transfers (hours)"),
            Sentence("0 for none. 72 is a good start: stolen cards are reported in days."),
            str(seen.settings.maturity // HOUR),
            _HOURS_LENGTH,
        ),
        Field(
            "approval_limit",
            Sentence("Refunds: approval above ({currency})", currency=Verbatim(seen.currency)),
            Sentence("A second moderator approves them. 0 for all, empty for none."),
            limit_typed(seen.settings.approval_limit, seen.currency, seen.reader.locale),
            _AMOUNT_LENGTH,
        ),
        Field(
            "grant_limit",
            Sentence("Grants: approval above (points)"),
            Sentence("0 for all, empty for a moderator's own account only."),
            "" if seen.settings.grant_limit is None else str(seen.settings.grant_limit),
            _AMOUNT_LENGTH,
        ),
        Field(
            "open_checkouts",
            Sentence("Unpaid purchases of a member"),
            Sentence(
                "At a time, 1 to {most}. Then the oldest is offered again. Empty for {usual}.",
                most=MAX_OPEN_CHECKOUTS,
                usual=USUAL.open_checkouts,
            ),
            str(seen.settings.open_checkouts),
            _COUNT_LENGTH,
        ),
        Field(
            "purchases_per_hour",
            Sentence("Purchases of a member an hour"),
            Sentence(
                "How many a member may begin, 1 to {most}. Empty for {usual}.",
                most=MAX_PURCHASES_PER_HOUR,
                usual=USUAL.purchases_per_hour,
            ),
            str(seen.settings.purchases_per_hour),
            _COUNT_LENGTH,
        ),
    )


def _limit_changes(seen: Seen, typed: Typed) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "maturity" in typed:
        changes["maturity"] = hours_of(typed["maturity"], MAX_MATURITY // HOUR) * HOUR
    if "approval_limit" in typed:
        changes["approval_limit"] = (
            limit_of(typed["approval_limit"], seen.currency, seen.reader.locale)
            if typed["approval_limit"]
            else None
        )
    if "grant_limit" in typed:
        changes["grant_limit"] = points_of(typed["grant_limit"]) if typed["grant_limit"] else None
    for name in ("open_checkouts", "purchases_per_hour"):
        if name in typed:
            changes[name] = purchases_of(typed[name]) if typed[name] else getattr(USUAL, name)
    return changes


def _name_fields(seen: Seen) -> tuple[Field, ...]:
    names = seen.settings.points
    return (
        Field(
            "one",
            Sentence("Name for one point"),
            Sentence("As in: {n} shell", n=1),
            names.one,
            NAME_PARTS,
        ),
        Field(
            "many",
            Sentence("Name for several points"),
            Sentence("As in: {n} shells", n=1_500),
            names.many,
            NAME_PARTS,
        ),
        Field(
            "symbol",
            Sentence("Symbol"),
            Sentence("One emoji or a few letters, shown behind the name. Empty for none."),
            names.symbol,
            SYMBOL_PARTS,
        ),
        Field(
            "currency",
            Sentence("Currency"),
            Sentence("For new packages, such as EUR. Empty: that of what is for sale."),
            seen.settings.currency or "",
            _CURRENCY_LENGTH,
        ),
        Field(
            "time_zone",
            Sentence("Time zone"),
            Sentence("For days in reports, such as Europe/Vienna. Empty for UTC."),
            seen.settings.time_zone,
            _ZONE_LENGTH,
        ),
    )


def _name_changes(seen: Seen, typed: Typed) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "currency" in typed:
        changes["currency"] = currency_code(typed["currency"])
    if "time_zone" in typed:
        changes["time_zone"] = check_zone(typed["time_zone"] or UTC_NAME)
    others = {"currency", "time_zone"}
    names = {name: tidy(words) for name, words in typed.items() if name not in others}
    if names:
        for name, usual in (("one", POINTS.one), ("many", POINTS.many)):
            if names.get(name) == "":
                names[name] = usual
        changes["points"] = replace(seen.settings.points, **names)
    return changes


NAME_FORM = PanelForm(NAMES, NAMES_TITLE, _name_fields, _name_changes)
LIMIT_FORM = PanelForm(LIMITS, LIMITS_TITLE, _limit_fields, _limit_changes)
