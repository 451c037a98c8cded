"""Evidence as one HTML file that needs nothing else: for the bank, or for the owner's files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiohttp
import discord
import jinja2
import structlog

from bot.wording import text
from payments.domain.values.ids import MemberId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.money import Money
from payments.domain.values.time import Instant, to_seconds
from payments.services.evidence import Evidence

log = structlog.get_logger(__name__)

KINDS: Final[Mapping[TransferKind, str]] = {
    TransferKind.PURCHASE: "came by the purchase",
    TransferKind.SPEND: "spent",
    TransferKind.PASS_ON: "passed on",
    TransferKind.GRANT: "granted",
    TransferKind.REVOKE: "revoked by a moderator",
    TransferKind.HOLD: "set aside for a refund or dispute",
    TransferKind.RELEASE: "given back",
    TransferKind.BURN: "taken for good",
    TransferKind.UNBURN: "set aside again",
    TransferKind.LAPSE: "lapsed",
    TransferKind.UNDO: "undone",
}
"""How points moved, as text for somebody who has never seen the program."""

CHANNELS: Final[Mapping[str, str]] = {
    "dm": "direct message to the buyer",
    "answer": "answer to the buyer's command",
    "mod": "moderators' channel",
    "recipient": "direct message to the recipient",
    "proposal": "card of the refund that waits for approval",
}

STATUSES: Final[Mapping[str, str]] = {
    "delivered": "delivered",
    "waiting": "not delivered yet",
    "given_up": "could not be delivered",
    "dead": "could not be delivered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePerson:
    """A Discord user.

    Attributes:
        name: Their name on Discord.
        since: When their account was made.
    """

    name: str
    since: datetime


async def who_is(client: discord.Client, member: MemberId) -> EvidencePerson | None:
    """Ask Discord who somebody is; None if it does not tell."""
    try:
        user = await client.fetch_user(member)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
        log.warning("evidence.person_unknown", member=member, error=str(error))
        return None
    return EvidencePerson(name=str(user), since=user.created_at)


def file_name(evidence: Evidence) -> str:
    """What the file is called."""
    return f"evidence-{evidence.payment.id}.html"


def render(evidence: Evidence, buyer: EvidencePerson | None) -> str:
    """The file: one page with its own style, no scripts and no links to anywhere."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"time": _time, "points": text.points, "signed": text.signed}
    currency = evidence.payment.price.currency

    def money(minor: int) -> str:
        return text.money(Money(minor=minor, currency=currency))

    return environment.get_template("evidence.html").render(
        evidence=evidence,
        payment=evidence.payment,
        buyer=buyer,
        money=money,
        claimed=text.money,
        kinds=KINDS,
        channels=CHANNELS,
        statuses=STATUSES,
    )


def _time(at: Instant | datetime | None) -> str:
    """A moment in UTC, to the second: a bank reads it far from here."""
    if at is None:
        return "-"
    then = at if isinstance(at, datetime) else datetime.fromtimestamp(to_seconds(at), UTC)
    return then.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
