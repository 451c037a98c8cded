"""Purchases that a moderator checks before anybody is charged."""

from dataclasses import replace

from payments.commands.base import SYSTEM, by_member
from payments.commands.payments.checks import ApprovePurchase, LapseCheck, RefusePurchase
from payments.domain.values.guilds import GuildSettings, Package
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus
from payments.domain.values.time import DAY, Instant, later
from tests.support.make import ADA, GUILD, START, checkout_update, key, package

MODERATOR = MemberId(100_000_000_000_000_077)
HELD_FOR = 3 * DAY
"""How long after the purchase the provider keeps money ready. Microseconds."""

CHECK_ALL = GuildSettings(guild=GUILD, check_above=(Money(minor=0, currency="EUR"),))
"""Settings of a server where every purchase is checked."""


def held(
    payment: str,
    money: MoneyStatus = MoneyStatus.AUTHORIZED,
    *,
    member: MemberId = ADA,
    of: Package | None = None,
) -> CheckoutUpdate:
    """A provider tells of a checkout whose money was set aside; or of what became of that."""
    return replace(
        checkout_update(payment, member=member, of=of or package(), money=money),
        authorization=f"auth_{payment}",
        held_until=later(START, HELD_FOR),
    )


def approve(
    payment: str,
    *,
    at: Instant = START,
    by: MemberId = MODERATOR,
    guild: GuildId = GUILD,
    as_owner: bool = False,
) -> ApprovePurchase:
    """A moderator approves a purchase."""
    return ApprovePurchase(
        key=key("approve"),
        at=at,
        actor=by_member(by),
        guild=guild,
        payment=PaymentId(payment),
        moderator=by,
        as_owner=as_owner,
        request='{"all": true}',
    )


def refuse(
    payment: str, *, at: Instant = START, by: MemberId = MODERATOR, guild: GuildId = GUILD
) -> RefusePurchase:
    """A moderator refuses a purchase."""
    return RefusePurchase(
        key=key("refuse"),
        at=at,
        actor=by_member(by),
        guild=guild,
        payment=PaymentId(payment),
        moderator=by,
    )


def lapse(payment: str, due: Instant, *, guild: GuildId = GUILD) -> LapseCheck:
    """The time of a check is over."""
    return LapseCheck(
        key=LapseCheck.key_of(PaymentId(payment), due),
        at=due,
        actor=SYSTEM,
        guild=guild,
        payment=PaymentId(payment),
        due=due,
    )
