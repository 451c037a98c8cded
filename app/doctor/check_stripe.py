"""Checks of the account at Stripe: the key, what it may do, and where Stripe sends its messages."""

from collections.abc import Sequence

from app.core import PROVIDER
from app.doctor.context import Context
from app.doctor.finding import Finding, error, ok, warning, within_limit
from payments.domain.values.time import later
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.stripe.inspection import (
    EVENTS,
    NEEDED,
    NOT_NEEDED,
    USEFUL,
    Inspector,
    Permission,
    SeenEndpoint,
)
from payments.providers.stripe.updates import API_VERSION
from payments.services.lookups import SETTLING
from payments.services.reconciliation import listed_from

_WHERE = "in Stripe's dashboard, Developers, API keys"


async def check_stripe(context: Context, *, books: bool) -> list[Finding]:
    """What is found; nothing beyond the key if that does not work.

    Args:
        context: What is looked at.
        books: Whether the books can be read.
    """
    found = await within_limit("Stripe key", _key(context))
    if any(each.state == "error" for each in found):
        return found
    found += await within_limit("Stripe permissions", _permissions(context))
    found += await within_limit("Stripe endpoint", _endpoint(context))
    if books:
        found += await within_limit("Stripe deliveries", _deliveries(context))
    return found


async def _key(context: Context) -> list[Finding]:
    check, inspector = "Stripe key", context.inspector
    try:
        answer = await inspector.try_out(EVENTS)
    except ProviderUnavailable:
        return [
            error(
                check,
                "Stripe cannot be reached from this machine.",
                "Look at its network and firewall, and at STRIPE_API_URL if you have set it.",
            )
        ]
    context.watches.compare("Stripe", answer.date)
    if answer.is_key_refused:
        return [
            error(
                check,
                "Stripe refuses STRIPE_SECRET_KEY.",
                f"Copy it again, or make a new one, {_WHERE}.",
            )
        ]
    if answer.is_permitted is None:
        return [
            error(
                check,
                f"Stripe answered {answer.status}.",
                "See https://status.stripe.com, and try again.",
            )
        ]
    kind = "restricted key" if inspector.is_restricted else "secret key"
    if inspector.livemode:
        return [ok(check, f"Stripe takes the {kind}. Live mode: real money moves.")]
    return [ok(check, f"Stripe takes the {kind}. Test mode: no real money moves.")]


async def _permissions(context: Context) -> list[Finding]:
    check = "Stripe permissions"
    try:
        return await _permitted(check, context.inspector)
    except ProviderUnavailable as failure:
        return [error(check, f"{failure}", "Try again.")]


async def _permitted(check: str, inspector: Inspector) -> list[Finding]:
    if not inspector.is_restricted:
        words = "A secret key may do everything with the account."
        remedy = f"Make a restricted key with only these, {_WHERE}: {named(NEEDED + USEFUL)}."
        if inspector.livemode:
            return [warning(check, words, remedy)]
        return [ok(check, f"{words} For live mode, make a restricted key.")]
    found = []
    if missing := await inspector.lacking(NEEDED):
        words = f"The restricted key lacks: {named(missing)}."
        found.append(error(check, words, f"Edit it {_WHERE}."))
    if missing := await inspector.lacking(USEFUL):
        words = f"The restricted key lacks what would be useful: {named(missing)}."
        found.append(warning(check, words, f"Edit it {_WHERE}."))
    lacking = await inspector.lacking(NOT_NEEDED)
    if more := [each for each in NOT_NEEDED if each not in lacking]:
        words = f"The restricted key may do more than is needed: {named(more)}."
        found.append(warning(check, words, f"Take that from it {_WHERE}."))
    return found or [ok(check, "The restricted key may do just what is needed.")]


def named(permissions: Sequence[Permission]) -> str:
    """Permissions as Stripe's dashboard calls them."""
    return ", ".join(each.name for each in permissions)


async def _deliveries(context: Context) -> list[Finding]:
    """Which messages have not come, of those that a reconciliation would ask for now."""
    check, now = "Stripe deliveries", context.clock()
    state = await context.queries.provider_state(PROVIDER, livemode=context.inspector.livemode)
    try:
        written = await context.inspector.written(
            listed_from(state.listed_until, now), later(now, -SETTLING)
        )
    except ProviderRefused:
        return []  # a missing permission is reported above
    except ProviderUnavailable as failure:
        return [error(check, f"{failure}", "Try again.")]
    known = await context.queries.known_events(PROVIDER, written)
    missing = sum(each not in known for each in written)
    if missing == 0:
        return [ok(check, "Every message that Stripe wrote of late has come.")]
    return [
        warning(
            check,
            f"Of the last {len(written)} messages that Stripe wrote, {missing} have not come.",
            "`guildbank reconcile` fetches them, and `guildbank run` does every 10 minutes. If it "
            "runs, the endpoint's page in Stripe's dashboard says why they did not come.",
        )
    ]


async def _endpoint(context: Context) -> list[Finding]:
    check = "Stripe endpoint"
    try:
        listed_there = await context.inspector.endpoints()
    except ProviderRefused:
        return [
            warning(
                check,
                "The key may not look at webhook endpoints, so they were not checked.",
                f"See in Stripe's dashboard, Developers, Webhooks, that {context.door} is there "
                "and enabled.",
            )
        ]
    except ProviderUnavailable as failure:
        return [error(check, f"{failure}", "Try again.")]
    mine = [each for each in listed_there if each.leads_to(context.door)]
    enabled = [each for each in mine if each.is_enabled]
    if not mine:
        return [
            error(
                check,
                f"Stripe has no webhook endpoint {context.door}, so no payment is heard of.",
                "Add it in Stripe's dashboard, Developers, Webhooks, or run `guildbank init`; "
                "or set PUBLIC_URL to what Stripe has.",
            )
        ]
    if not enabled:
        return [
            error(
                check,
                f"The webhook endpoint {context.door} is disabled at Stripe.",
                "Enable it in Stripe's dashboard, Developers, Webhooks; then run "
                "`guildbank reconcile` for what was missed.",
            )
        ]
    found = _of(enabled)
    return found or [ok(check, f"Stripe sends every event that is needed to {context.door}.")]


def _of(endpoints: Sequence[SeenEndpoint]) -> list[Finding]:
    """What is wrong with the enabled endpoints of our address."""
    check, found = "Stripe endpoint", []
    missing = frozenset.intersection(*(each.missing_events for each in endpoints))
    if missing:
        words = f"The webhook endpoint does not send: {', '.join(sorted(missing))}."
        remedy = "Add these events to it in Stripe's dashboard, Developers, Webhooks."
        found.append(error(check, words, remedy))
    versions = sorted({each.api_version or "the account's own" for each in endpoints})
    if versions != [API_VERSION]:
        words = f"The webhook endpoint's API version is {', '.join(versions)}, not {API_VERSION}."
        remedy = (
            "It works, but each message costs a further call: make the endpoint anew with that "
            "version, or run `guildbank init`."
        )
        found.append(warning(check, words, remedy))
    if len(endpoints) > 1:
        words = f"{len(endpoints)} enabled webhook endpoints have this address."
        remedy = "Delete all but one; each has a signing secret of its own."
        found.append(warning(check, words, remedy))
    return found
