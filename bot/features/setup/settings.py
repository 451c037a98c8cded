"""A server's settings: how they are shown, and how they are changed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.interaction.answer import change
from bot.interaction.caller import Interaction, caller_of, key_of
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.sentences.parts import (
    Place,
    Points,
    Role,
    Several,
    SlashCommand,
    Span,
    Verbatim,
)
from payments.domain.sentences.sentence import Sentence, Value, plural
from payments.domain.values.events import PaymentSucceeded, PointsTransferred
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.time import DAY

ANNOUNCED: Final = {
    PaymentSucceeded.name: Sentence("purchases"),
    PointsTransferred.name: Sentence("gifts"),
}
"""What can be announced: names of events, and labels for them."""

LABELS: Final[Mapping[str, Sentence]] = {
    "mod_channel": Sentence("Moderators' channel"),
    "moderator_role": Sentence("Moderators' role"),
    "announcement_channel": Sentence("Announcements"),
    "announced": Sentence("Announced there"),
    "notice_channel": Sentence("Private threads"),
    "fulfilment_channel": Sentence("Orders wait in"),
    "fulfilment_role": Sentence("Orders are fulfilled by"),
    "maturity": Sentence("Bought points can be transferred"),
    "approval_limit": Sentence("Refunds need a second moderator"),
    "grant_limit": Sentence("Grants need a second moderator"),
    "points": Sentence("Points are called"),
    "currency": Sentence("Currency"),
    "time_zone": Sentence("Time zone of reports"),
    "open_checkouts": Sentence("Each member, unpaid at a time"),
    "purchases_per_hour": Sentence("Each member, within an hour"),
    "flags": Sentence("Ways to pay"),
    "check_above": Sentence("Checked before anybody is charged"),
    "check_younger": Sentence("Checked by the age of the account"),
    "check_life": Sentence("A purchase waits for its check"),
}
"""What settings are called, by their fields."""

ALWAYS: Final = Sentence("always")
NOT_SET: Final = Sentence("not set")


async def change_settings(
    interaction: Interaction, before: GuildSettings, changes: Mapping[str, Any]
) -> GuildSettings:
    """Change some settings of a server, in the caller's name.

    Args:
        interaction: Of somebody who may manage the server; acknowledged.
        before: The settings as they saw them.
        changes: What is to be otherwise, by the names of the fields.

    Raises:
        Refused: They cannot be so; nothing was changed.
    """
    caller = caller_of(interaction)
    bot = interaction.client
    if changes.get("currency") is not None:
        (await bot.buying.pricing(caller.guild)).check_currency(changes["currency"])
    return await change(
        interaction,
        ChangeSettings(
            key=key_of(interaction),
            at=bot.clock(),
            actor=by_member(caller.member),
            guild=caller.guild,
            settings=replace(before, **changes),
            before=before,
        ),
    )


def limit_text(settings: GuildSettings) -> Sentence:
    """Which refunds need a second moderator, as a label."""
    limit = settings.approval_limit
    if limit is None:
        return Sentence("never")
    if not limit.has_currency or limit.minor == 0:
        return ALWAYS
    return Sentence("above {amount}", amount=limit)


def limit_remark(settings: GuildSettings, currency: str) -> Sentence | None:
    """What an owner has to know of the approval limit, if it does not do what they may think."""
    limit = settings.approval_limit
    if limit is None or limit.currency == currency:
        return None
    if not limit.has_currency:
        return Sentence(
            "The limit for refunds has no currency, so every refund needs a second moderator. Set "
            "it again with {command}.",
            command=SlashCommand("setup set"),
        )
    return Sentence(
        "The limit for refunds is in {currency}. Refunds in other currencies, such as {other}, "
        "always need a second moderator.",
        currency=Verbatim(limit.currency),
        other=Verbatim(currency),
    )


def grant_limit_text(settings: GuildSettings) -> Sentence:
    """Which grants need a second moderator, as a label."""
    if settings.grant_limit is None:
        return Sentence("for a moderator's own account")
    if settings.grant_limit == 0:
        return ALWAYS
    return Sentence(
        "above {points}, and for a moderator's own account", points=Points(settings.grant_limit)
    )


def wait_text(settings: GuildSettings) -> Sentence:
    """When bought points can be transferred, as a label."""
    if not settings.maturity:
        return Sentence("immediately")
    return Sentence("after {span}", span=Span(settings.maturity).sentence)


def names_text() -> Sentence:
    """What points are called, by example."""
    return Sentence("{one}, {many}", one=Points(1), many=Points(1_500))


def purchases(count: int) -> Sentence:
    """A number of purchases, as a label."""
    return plural("{n} purchase", "{n} purchases", count)


def lines_of(settings: GuildSettings, currency: str) -> list[Sentence]:
    """All settings, one in a line; for a reader who reads the guild's own names for points."""
    values: tuple[tuple[str, Value], ...] = (
        ("mod_channel", _place(settings.mod_channel)),
        (
            "moderator_role",
            Role(settings.moderator_role) if settings.moderator_role else NOT_SET,
        ),
        ("announcement_channel", _place(settings.announcement_channel)),
        ("announced", _announced(settings)),
        ("notice_channel", _place(settings.notice_channel)),
        ("fulfilment_channel", _place(settings.fulfilment_channel or settings.mod_channel)),
        ("fulfilment_role", _fulfilled_by(settings)),
        ("maturity", wait_text(settings)),
        ("approval_limit", limit_text(settings)),
        ("grant_limit", grant_limit_text(settings)),
        ("points", names_text()),
        ("currency", Verbatim(currency)),
        ("time_zone", Verbatim(settings.time_zone)),
        ("open_checkouts", purchases(settings.open_checkouts)),
        ("purchases_per_hour", purchases(settings.purchases_per_hour)),
    )
    lines = [
        Sentence("{setting}: **{value}**", setting=LABELS[name], value=value)
        for name, value in (*values, *check_values(settings))
    ]
    remark = limit_remark(settings, currency)
    return lines if remark is None else [*lines, Sentence("⚠️ {remark}", remark=remark)]


def check_values(settings: GuildSettings) -> list[tuple[str, Value]]:
    """Which purchases are checked, and for how long they wait; one thing less if none is."""
    which = [Sentence("above {amount}", amount=each) for each in settings.check_above]
    if settings.check_younger is not None:
        days = plural(
            "of accounts younger than {n} day",
            "of accounts younger than {n} days",
            settings.check_younger // DAY,
        )
        which.append(days)
    if not which:
        return [("check_above", Sentence("no purchase"))]
    wait = Span(settings.check_life).sentence
    return [("check_above", Several(tuple(which))), ("check_life", wait)]


def _place(channel: int | None) -> Value:
    return NOT_SET if channel is None else Place(channel)


def _fulfilled_by(settings: GuildSettings) -> Value:
    if settings.fulfilment_role is None:
        return Sentence("moderators")
    return Sentence("moderators and {role}", role=Role(settings.fulfilment_role))


def _announced(settings: GuildSettings) -> Value:
    chosen = tuple(label for name, label in ANNOUNCED.items() if name in settings.announced)
    if chosen:
        return Several(chosen)
    if settings.announcement_channel is None:
        return NOT_SET
    return Sentence("nothing yet: {command}", command=SlashCommand("setup announce"))


def scopes(before: GuildSettings, after: GuildSettings) -> list[Sentence]:
    """What each setting that was changed applies to."""
    found = [
        scope for field, scope in _SCOPES.items() if getattr(before, field) != getattr(after, field)
    ]
    if before.mod_channel != after.mod_channel:
        found.insert(0, _new_place(after.mod_channel))
    return found


def _new_place(channel: int | None) -> Sentence:
    if channel is None:
        return Sentence("Moderators' commands work in no channel until one is chosen.")
    return Sentence(
        "Moderators' commands work only in {channel} from now on.", channel=Place(channel)
    )


_SCOPES: Final = {
    "maturity": Sentence(
        "The time until points can be transferred applies to purchases from now on. Points that "
        "were bought before keep theirs."
    ),
    "approval_limit": Sentence(
        "The limit for refunds applies from now on. Refunds that wait for a second moderator "
        "still need one."
    ),
    "grant_limit": Sentence(
        "The limit for grants applies from now on. Grants that wait for a second moderator "
        "still need one."
    ),
    "check_above": Sentence(
        "The amounts for checks apply from now on. Purchases that wait for a moderator still do."
    ),
    "points": Sentence("The names apply to all points, also those that members have already."),
    "currency": Sentence(
        "The currency applies to packages that are added from now on. Packages for sale keep "
        "theirs."
    ),
    "time_zone": Sentence(
        "Reports and {command} count all days in the new time zone, also those before today.",
        command=SlashCommand("stats"),
    ),
    "open_checkouts": Sentence(
        "The limit for unpaid purchases applies from now on. Open checkouts stay open."
    ),
    "purchases_per_hour": Sentence(
        "The limit for an hour applies from now on. It counts the purchases of the last hour too."
    ),
}
