"""Rows of guilds, their packages and subscribers; and who wants a guild's events."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from payments.domain.values.guilds import GuildSettings, Package, Sku, Subscriber
from payments.domain.values.ids import GuildId, PackageId, SubscriberId
from payments.domain.values.money import Money
from payments.domain.values.points_names import PointsNames
from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.domain.values.time import Instant
from payments.store.rows.checks import amounts_from, amounts_text

Row = RowMapping | Mapping[str, Any]


def settings_from(row: Row) -> GuildSettings:
    """A row of `guild_settings`."""
    return GuildSettings(
        guild=GuildId(row["guild_id"]),
        mod_channel=row["mod_channel"],
        moderator_role=row["moderator_role"],
        announcement_channel=row["announcement_channel"],
        announced=tuple(json.loads(row["announced"])),
        notice_channel=row["notice_channel"],
        maturity=row["maturity"],
        approval_limit=_limit_from(row),
        points=PointsNames(
            one=row["point_name"], many=row["points_name"], symbol=row["points_symbol"]
        ),
        currency=row["currency"],
        time_zone=row["time_zone"],
        open_checkouts=row["open_checkouts"],
        purchases_per_hour=row["purchases_per_hour"],
        grant_limit=row["grant_limit"],
        flags=tuple(json.loads(row["flags"])),
        fulfilment_channel=row["fulfilment_channel"],
        fulfilment_role=row["fulfilment_role"],
        check_above=amounts_from(row["check_above"]),
        check_younger=row["check_younger"],
        check_life=row["check_life"],
    )


def _limit_from(row: Row) -> Money | None:
    if row["approval_limit"] is None:
        return None
    return Money(minor=row["approval_limit"], currency=row["approval_limit_currency"])


def settings_row(settings: GuildSettings) -> dict[str, Any]:
    """A row for `guild_settings`."""
    limit = settings.approval_limit
    return {
        "guild_id": settings.guild,
        "mod_channel": settings.mod_channel,
        "moderator_role": settings.moderator_role,
        "announcement_channel": settings.announcement_channel,
        "announced": json.dumps(settings.announced),
        "notice_channel": settings.notice_channel,
        "fulfilment_channel": settings.fulfilment_channel,
        "fulfilment_role": settings.fulfilment_role,
        "check_above": amounts_text(settings.check_above),
        "check_younger": settings.check_younger,
        "check_life": settings.check_life,
        "maturity": settings.maturity,
        "approval_limit": limit.minor if limit else None,
        "approval_limit_currency": limit.currency if limit else None,
        "point_name": settings.points.one,
        "points_name": settings.points.many,
        "points_symbol": settings.points.symbol,
        "currency": settings.currency,
        "time_zone": settings.time_zone,
        "open_checkouts": settings.open_checkouts,
        "purchases_per_hour": settings.purchases_per_hour,
        "grant_limit": settings.grant_limit,
        "flags": json.dumps(settings.flags),
    }


def subscriber_from(row: Row) -> Subscriber:
    """A row of `subscribers`."""
    return Subscriber(
        id=SubscriberId(row["subscriber_id"]),
        guild=GuildId(row["guild_id"]),
        host=row["host"],
        kinds=tuple(json.loads(row["kinds"])),
        encrypted=row["sealed"],
        active=bool(row["active"]),
    )


def subscriber_row(subscriber: Subscriber) -> dict[str, Any]:
    """A row for `subscribers`."""
    return {
        "guild_id": subscriber.guild,
        "subscriber_id": subscriber.id,
        "host": subscriber.host,
        "kinds": json.dumps(subscriber.kinds),
        "sealed": subscriber.encrypted,
        "active": int(subscriber.active),
    }


def package_from(row: Row) -> Package:
    """A row of `packages`."""
    return Package(
        id=PackageId(row["package_id"]),
        guild=GuildId(row["guild_id"]),
        name=row["name"],
        points=row["points"],
        price=Money(minor=row["price_minor"], currency=row["currency"]),
        active=bool(row["active"]),
        sku=_sku_from(row),
        tax=tax_rule_from(row),
    )


def tax_rule_from(row: Row) -> TaxRule | None:
    """How something is taxed, from a row of `packages` or `payments`."""
    if row["tax_behavior"] is None:
        return None
    return TaxRule(behavior=TaxBehavior(row["tax_behavior"]), code=row["tax_code"])


def tax_rule_columns(rule: TaxRule | None) -> dict[str, Any]:
    """The same as columns."""
    return {
        "tax_behavior": rule and rule.behavior,
        "tax_code": rule and rule.code,
    }


def _sku_from(row: Row) -> Sku | None:
    if row["sku"] is None:
        return None
    price = None
    if row["sku_price"] is not None:
        price = Money(minor=row["sku_price"], currency=row["sku_currency"])
    return Sku(id=row["sku"], price=price, since=Instant(row["sku_since"]))


def package_row(package: Package) -> dict[str, Any]:
    """A row for `packages`."""
    sku = package.sku
    price = None if sku is None else sku.price
    return {
        "guild_id": package.guild,
        "package_id": package.id,
        "name": package.name,
        "points": package.points,
        "price_minor": package.price.minor,
        "currency": package.price.currency,
        "active": int(package.active),
        **tax_rule_columns(package.tax),
        "sku": None if sku is None else sku.id,
        "sku_price": None if price is None else price.minor,
        "sku_currency": None if price is None else price.currency,
        "sku_since": None if sku is None else sku.since,
    }
