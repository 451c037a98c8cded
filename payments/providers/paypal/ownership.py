"""Traces of PayPal's objects: what says whose they are, however odd the rest of them is.

PayPal keeps one text of ours with an object, `custom_id`, and copies it into captures, events and
disputes. It holds the payment, the installation that began it, and for a refund our id of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.provider_updates import UNNAMED, Reference
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.traces import MetadataClaim, Traces

PAYPAL: Final = "paypal"

CUSTOM_LENGTH: Final = 127
"""The most characters of a `custom_id` (Orders v2)."""

_PART: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_LINK: Final = re.compile(r"/(orders|captures|refunds)/([A-Za-z0-9-]{1,64})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """What we wrote into an object's `custom_id`.

    Attributes:
        payment: Ours.
        installation: Which Guildbank wrote it.
        refund: Our id of the refund, if it is one.
    """

    payment: str
    installation: str
    refund: str | None = None

    def __str__(self) -> str:
        """As PayPal keeps it: letters, digits, hyphens and dots."""
        parts = [self.payment, self.installation, *([self.refund] if self.refund else [])]
        text = ".".join(parts)
        if len(text) > CUSTOM_LENGTH or not all(map(_PART.fullmatch, parts)):
            raise ValueError(f"PayPal keeps no such id: {text!r}")
        return text


def custom_of(text: object) -> Custom | None:
    """What a `custom_id` says, if it is as we write it."""
    parts = text.split(".") if isinstance(text, str) else []
    if not all(map(_PART.fullmatch, parts)):
        return None
    match parts:
        case [payment, installation]:
            return Custom(payment=payment, installation=installation)
        case [payment, installation, refund]:
            return Custom(payment=payment, installation=installation, refund=refund)
        case _:
            return None


def written_unit(guild: GuildId, member: MemberId, package: PackageId) -> str:
    """Our text with an order's one unit: for whom it is, and what was bought."""
    return f"{guild}/{member}/{package}"


def reference_of(custom: Custom | None, unit: object) -> Reference:
    """Whose payment an order says it is of, as far as it says anything."""
    found = unit.split("/", 2) if isinstance(unit, str) else []
    guild, member, package = found if len(found) == 3 else (None, None, None)  # noqa: PLR2004 - as `written_unit`
    return Reference(
        payment=UNNAMED if custom is None else PaymentId(custom.payment),
        guild=None if guild is None else GuildId(_number(guild)),
        member=None if member is None else MemberId(_number(member)),
        package=None if package is None else PackageId(package),
    )


def _number(text: str) -> int:
    """A guild's or member's id; 0, which is nobody's, for what is none."""
    is_id = text.isascii() and text.isdecimal() and len(text) < 20  # noqa: PLR2004 - 64 bits
    return int(text) if is_id else 0


def id_of(found: object) -> str | None:
    """An id of PayPal's; None for what is none."""
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def linked(found: dict[str, Any], what: str, *, rel: str = "up") -> str | None:
    """The id of the order, capture or refund that an object's link of some kind leads to.

    Args:
        found: The object.
        what: `orders`, `captures` or `refunds`.
        rel: What the link is called.
    """
    links = found.get("links")
    for each in links if isinstance(links, list) else []:
        if isinstance(each, dict) and each.get("rel") == rel and isinstance(each.get("href"), str):
            match = _LINK.search(each["href"])
            if match is not None and match[1] == what:
                return match[2]
    return None


def order_of(capture: dict[str, Any]) -> str | None:
    """The order that a capture is of: named in it, or linked."""
    further = capture.get("supplementary_data")
    related = further.get("related_ids") if isinstance(further, dict) else None
    named = id_of(related.get("order_id")) if isinstance(related, dict) else None
    return named or linked(capture, "orders")


def traces(
    references: Iterable[tuple[ReferenceKind, str | None]],
    customs: Iterable[object] = (),
    *,
    whole: bool = True,
) -> Traces:
    """What says whose an object is.

    Args:
        references: Ids of it and of what it belongs to; None where they are not told.
        customs: The `custom_id` of each, as they stand there.
        whole: Whether fetching it would tell no more.
    """
    known = [custom for each in customs if (custom := custom_of(each)) is not None]
    claims = (MetadataClaim(payment=each.payment, installation=each.installation) for each in known)
    return Traces(
        references=frozenset(
            ProviderReference(PAYPAL, kind, each) for kind, each in references if each
        ),
        claims=tuple(dict.fromkeys(claims)),
        whole=whole,
    )


def joined(first: Traces, *others: Traces) -> Traces:
    """What says whose an object is, with what says it of those that it belongs to."""
    claims = (claim for each in (first, *others) for claim in each.claims)
    return replace(
        first,
        references=first.references.union(*(each.references for each in others)),
        claims=tuple(dict.fromkeys(claims)),
    )
