"""The forms of `/setup panel`: what cannot be chosen from a list is typed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

import discord
from discord import ui

from bot.features.setup.panel_parts import LIMITS, NAMES, Seen
from bot.features.setup.settings import currency_code, limit_of, limit_typed
from bot.interaction.caller import Interaction
from bot.interaction.errors import answer_error
from bot.ui.live import LiveModal
from payments.commands.guild.settings import MAX_MATURITY
from payments.domain.errors import Refused
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

Typed = Mapping[str, str]
"""What was typed, by field."""

_HOURS_LENGTH = 5
_AMOUNT_LENGTH = 20
_CURRENCY_LENGTH = 3
_ZONE_LENGTH = 40
_COUNT_LENGTH = 4

USUAL: Final = GuildSettings(guild=GuildId(0))
"""What is so for a server that has chosen nothing."""


class Field(NamedTuple):
    """One line to type.

    Attributes:
        name: By which it is known.
        label: What stands above it.
        hint: What stands below that.
        value: What it is now, as one would type it.
        length: The most characters.
    """

    name: str
    label: str
    hint: str
    value: str
    length: int


class PanelForm(NamedTuple):
    """Some settings that are typed together.

    Attributes:
        part: The part of the panel to which it belongs.
        title: What stands above it.
        fields: Its lines, as things stand.
        changes: What the lines that were changed mean; may refuse.
    """

    part: str
    title: str
    fields: Callable[[Seen], tuple[Field, ...]]
    changes: Callable[[Seen, Typed], dict[str, Any]]


class FormModal(LiveModal):
    """A form on the screen.

    Args:
        form: What it asks.
        fields: Its lines.
        typed: What was typed before, and refused.
        check: Whether somebody may press.
        submit: Takes what was typed, without the lines that were left as they were.
    """

    def __init__(
        self,
        form: PanelForm,
        fields: tuple[Field, ...],
        typed: Typed,
        *,
        check: Callable[[Interaction], Awaitable[bool]],
        submit: Callable[[Interaction, Typed], Awaitable[None]],
    ) -> None:
        super().__init__(title=form.title, timeout=600)
        self._fields = fields
        self._check = check
        self._submit = submit
        self._inputs: dict[str, ui.TextInput[Any]] = {}
        for field in fields:
            line: ui.TextInput[Any] = ui.TextInput(
                custom_id=field.name,
                default=typed.get(field.name, field.value) or None,
                required=False,
                max_length=field.length,
            )
            self._inputs[field.name] = line
            self.add_item(ui.Label(text=field.label, description=field.hint, component=line))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only those to send it who may press the panel's buttons."""
        return await self._check(interaction)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Take what was typed."""
        typed = {name: str(line.value).strip() for name, line in self._inputs.items()}
        await self._submit(
            interaction,
            {
                each.name: typed[each.name]
                for each in self._fields
                if typed[each.name] != each.value
            },
        )

    async def on_error(  # type: ignore[override]  # a form has no item that could be at fault
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Tell the person."""
        await answer_error(interaction, error)


def _limit_fields(seen: Seen) -> tuple[Field, ...]:
    return (
        Field(
            "maturity",
            "Hours until bought points can be passed on",
            "0 for at once; 72 is a good start, because stolen cards are reported within days.",
            str(seen.settings.maturity // HOUR),
            _HOURS_LENGTH,
        ),
        Field(
            "approval_limit",
            f"Second moderator above ({seen.currency})",
            "Refunds above this amount need one; 0 for all refunds, empty for none.",
            limit_typed(seen.settings.approval_limit, seen.currency),
            _AMOUNT_LENGTH,
        ),
        Field(
            "grant_limit",
            "Second moderator for grants above (points)",
            "0 for all grants; empty for those that moderators give to themselves alone.",
            "" if seen.settings.grant_limit is None else str(seen.settings.grant_limit),
            _AMOUNT_LENGTH,
        ),
        Field(
            "open_checkouts",
            "Purchases that a member may leave unpaid",
            f"At a time, 1 to {MAX_OPEN_CHECKOUTS}; then the oldest is offered again. Empty for "
            f"{USUAL.open_checkouts}.",
            str(seen.settings.open_checkouts),
            _COUNT_LENGTH,
        ),
        Field(
            "purchases_per_hour",
            "Purchases that a member may begin",
            f"Within an hour, 1 to {MAX_PURCHASES_PER_HOUR:,}; empty for "
            f"{USUAL.purchases_per_hour}.",
            str(seen.settings.purchases_per_hour),
            _COUNT_LENGTH,
        ),
    )


def _limit_changes(seen: Seen, typed: Typed) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "maturity" in typed:
        changes["maturity"] = _hours(typed["maturity"]) * HOUR
    if "approval_limit" in typed:
        changes["approval_limit"] = limit_of(typed["approval_limit"] or "none", seen.currency)
    if "grant_limit" in typed:
        changes["grant_limit"] = _points(typed["grant_limit"])
    for name in ("open_checkouts", "purchases_per_hour"):
        if name in typed:
            changes[name] = _purchases(typed[name], usual=getattr(USUAL, name))
    return changes


def _purchases(typed: str, *, usual: int) -> int:
    if not typed:
        return usual
    if not (typed.isascii() and typed.isdecimal()):
        raise Refused("{typed} is no number of purchases. Write a whole number.", typed=typed)
    return int(typed)


def _points(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()):
        raise Refused("{typed} is no number of points. Write a whole number.", typed=typed)
    return int(typed)


def _hours(typed: str) -> int:
    most = MAX_MATURITY // HOUR
    if not (typed.isascii() and typed.isdecimal()) or int(typed) > most:
        raise Refused(
            f"{{typed}} is no number of hours. Write a whole number from 0 to {most:,}.",
            typed=typed,
        )
    return int(typed)


def _name_fields(seen: Seen) -> tuple[Field, ...]:
    names = seen.settings.points
    return (
        Field("one", "One of them is called", "As in: 1 shell.", names.one, NAME_PARTS),
        Field("many", "More are called", "As in: 1,500 shells.", names.many, NAME_PARTS),
        Field(
            "symbol",
            "Symbol",
            "One emoji or a few letters, shown behind the name; empty for none.",
            names.symbol,
            SYMBOL_PARTS,
        ),
        Field(
            "currency",
            "Currency",
            "Its three letters, such as EUR, for what is put up for sale; empty for as before.",
            seen.settings.currency or "",
            _CURRENCY_LENGTH,
        ),
        Field(
            "time_zone",
            "Time zone",
            "Whose days reports and /stats count, such as Europe/Vienna; empty for UTC.",
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


NAME_FORM = PanelForm(NAMES, "Names and currency", _name_fields, _name_changes)
LIMIT_FORM = PanelForm(LIMITS, "Limits", _limit_fields, _limit_changes)
