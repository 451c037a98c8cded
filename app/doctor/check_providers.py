"""Checks of the payment providers: each brings its own, for its account and for its door."""

from datetime import UTC, datetime

from app.doctor.context import Context
from payments.domain.values.time import later, to_seconds
from payments.infra.finding import Finding, ok, warning, within_limit
from payments.providers.kind import Messages, ProviderDoctor, ProviderKind
from payments.services.lookups import SETTLING
from payments.services.reconciliation import listed_from


async def check_account(
    context: Context, kind: ProviderKind, doctor: ProviderDoctor, *, books: bool
) -> list[Finding]:
    """What a provider's own checks find of our account there.

    Args:
        context: What is looked at.
        kind: Which provider.
        doctor: Its checks.
        books: Whether the books can be read.
    """
    return await doctor.account(await _messages(context, kind.name) if books else None)


async def _messages(context: Context, name: str) -> Messages:
    """Those that a reconciliation would ask for now."""
    now, queries = context.clock(), context.queries
    livemode = context.guildbank.services.providers[name].livemode
    state = await queries.provider_state(name, livemode=livemode)
    return Messages(
        since=listed_from(state.listed_until, now),
        until=later(now, -SETTLING),
        known=lambda ids: queries.known_events(name, ids),
    )


async def check_door(
    context: Context, kind: ProviderKind, doctor: ProviderDoctor, *, books: bool
) -> list[Finding]:
    """Whether its messages are taken here, where the program answers. Parameters as above."""
    found = await doctor.door()
    if books:
        check = f"Last message of {kind.title}"
        found += await within_limit(check, _last(context, kind, doctor.proof()))
    return found


async def _last(context: Context, kind: ProviderKind, proof: str) -> list[Finding]:
    """Only the provider's own message proves that the secret is the one that it signs with."""
    check, last = f"Last message of {kind.title}", await context.queries.last_received(kind.name)
    if last is None:
        words = "None has come yet, so the signing secret is not proven."
        return [warning(check, words, proof)]
    when = datetime.fromtimestamp(to_seconds(last[1]), UTC).isoformat(" ", "minutes")
    return [ok(check, f"It came at {when}, and its signature was right.")]
