"""Traces of Square's objects: what says whose they are, however odd the rest of them is.

Only orders keep texts of ours. A payment names its order, refunds and disputes name their payment;
a refund's reason names our id of it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.provider_updates import UNNAMED, Reference
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.time import Instant, from_seconds, to_seconds
from payments.domain.values.traces import MetadataClaim, Traces
from payments.providers.requests import CheckoutRequest

SQUARE: Final = "square"

_ID: Final = re.compile(r"[A-Za-z0-9_:-]{1,255}")
_REFUND: Final = re.compile(r"Guildbank refund ([A-Za-z0-9-]{1,64})")


def id_of(found: object) -> str | None:
    """An id of Square's; None for what is none."""
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def metadata_of(request: CheckoutRequest) -> dict[str, str]:
    """What we write into an order (at most ten, of at most 255 characters each)."""
    return {
        "payment": request.payment,
        "installation": request.installation,
        "guild": str(request.guild),
        "member": str(request.member),
        "package": request.package,
        "expires_at": str(to_seconds(request.expires_at)),
    }


def written_reason(refund: str) -> str:
    """A refund's reason, which names our id of it."""
    return f"Guildbank refund {refund}"


def refund_of(reason: object) -> str | None:
    """Our id of a refund that was asked for here; None for one of Square's own dashboard."""
    match = _REFUND.fullmatch(reason) if isinstance(reason, str) else None
    return None if match is None else match[1]


def reference_of(order: Mapping[str, Any]) -> Reference:
    """Whose payment an order says it is of, as far as it says anything."""
    said = _metadata(order)
    package = said.get("package")
    return Reference(
        payment=PaymentId(said["payment"]) if "payment" in said else UNNAMED,
        guild=GuildId(_number(said["guild"])) if "guild" in said else None,
        member=MemberId(_number(said["member"])) if "member" in said else None,
        package=None if package is None else PackageId(package),
    )


def lapses_at(order: Mapping[str, Any]) -> Instant | None:
    """When we said that an order's purchase lapses; None if it does not say."""
    seconds = _number(_metadata(order).get("expires_at", ""))
    return from_seconds(seconds) if 0 < seconds < 2**40 else None


def traces(
    references: Iterable[tuple[ReferenceKind, str | None]],
    order: Mapping[str, Any] | None = None,
    *,
    whole: bool = True,
) -> Traces:
    """What says whose an object is.

    Args:
        references: Ids of it and of what it belongs to; None where they are not told.
        order: The order that it belongs to, if that was fetched.
        whole: Whether fetching it would tell no more.
    """
    said = {} if order is None else _metadata(order)
    claim = (
        (MetadataClaim(payment=said["payment"], installation=said.get("installation")),)
        if "payment" in said
        else ()
    )
    return Traces(
        references=frozenset(
            ProviderReference(SQUARE, kind, each) for kind, each in references if each
        ),
        claims=claim,
        whole=whole,
    )


def _metadata(order: Mapping[str, Any]) -> dict[str, str]:
    found = order.get("metadata")
    if not isinstance(found, dict):
        return {}
    return {name: each for name, each in found.items() if isinstance(each, str)}


def _number(text: str) -> int:
    """A whole number of ours; 0, which is nobody's, for what is none."""
    is_id = text.isascii() and text.isdecimal() and len(text) < 20  # noqa: PLR2004 - 64 bits
    return int(text) if is_id else 0
