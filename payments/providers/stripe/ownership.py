"""Traces of Stripe's objects: what says whose they are, however odd the rest of them is."""

import re
from typing import Any, Final

from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.traces import MetadataClaim, Traces

STRIPE: Final = "stripe"

PAYMENT, INSTALLATION, GUILD, MEMBER, PACKAGE, REFUND = (
    "guildbank_payment",
    "guildbank_installation",
    "guildbank_guild",
    "guildbank_member",
    "guildbank_package",
    "guildbank_refund",
)
"""Our keys in an object's metadata."""

CAPTURE, MANUAL = "guildbank_capture", "manual"
"""In the metadata of a session whose money is only set aside, since the session does not say so."""

KINDS: Final = (
    ("checkout.session.", ReferenceKind.CHECKOUT),
    ("refund.", ReferenceKind.REFUND),
    ("charge.refund.", ReferenceKind.REFUND),
    ("charge.dispute.", ReferenceKind.DISPUTE),
    ("charge.", ReferenceKind.CHARGE),
    ("payment_intent.", ReferenceKind.INTENT),
    ("radar.early_fraud_warning.", ReferenceKind.FRAUD_WARNING),
)
"""What an event's object is, by how the event's name begins; the first that fits."""

WHOLE: Final = frozenset({ReferenceKind.CHECKOUT, ReferenceKind.CHARGE, ReferenceKind.INTENT})
"""What carries our metadata itself: Stripe copies an intent's to its charge when that is made."""

NAMES: Final = {
    "payment_intent": ReferenceKind.INTENT,
    "charge": ReferenceKind.CHARGE,
    "recovered_from": ReferenceKind.CHECKOUT,
}
"""The fields by which an object names another one that it belongs to: its id, or all of it."""

_ID = re.compile(r"[\x21-\x7e]{1,255}")
_DEPTH = 3


def kind_of(event_type: str) -> ReferenceKind | None:
    """What the object of an event is; none for events that are not used."""
    return next((kind for start, kind in KINDS if event_type.startswith(start)), None)


def id_of(found: object) -> str | None:
    """The id of an object that stands whole, or of one that stands for it; None if it has none."""
    named = found.get("id") if isinstance(found, dict) else found
    return named if isinstance(named, str) and _ID.fullmatch(named) else None


def traces_of(
    found: dict[str, Any], kind: ReferenceKind, *, elsewhere: bool = False, whole: bool = True
) -> Traces:
    """What says whose an object is.

    Args:
        found: The object, with those that it belongs to where they were fetched with it.
        kind: What it is.
        elsewhere: Whether its event names another account of Stripe's.
        whole: Whether fetching it would tell no more.
    """
    references: set[ProviderReference] = set()
    claims: list[MetadataClaim] = []
    _gather(found, kind, references, claims, depth=_DEPTH)
    if not claims and (named := id_of(found.get("client_reference_id"))):
        claims.append(MetadataClaim(payment=named))
    return Traces(
        references=frozenset(references),
        claims=tuple(dict.fromkeys(claims)),
        elsewhere=elsewhere,
        whole=whole,
    )


def _gather(
    found: dict[str, Any],
    kind: ReferenceKind,
    references: set[ProviderReference],
    claims: list[MetadataClaim],
    *,
    depth: int,
) -> None:
    named = id_of(found)
    if named is not None:
        references.add(ProviderReference(STRIPE, kind, named))
    claim = _claim_in(found.get("metadata"))
    if claim is not None:
        claims.append(claim)
    for field, of in NAMES.items():
        other = found.get(field)
        if isinstance(other, dict) and depth:
            _gather(other, of, references, claims, depth=depth - 1)
        elif (named := id_of(other)) is not None:
            references.add(ProviderReference(STRIPE, of, named))


def _claim_in(metadata: object) -> MetadataClaim | None:
    if not isinstance(metadata, dict):
        return None
    payment, installation = metadata.get(PAYMENT), metadata.get(INSTALLATION)
    if not isinstance(payment, str):
        return None
    return MetadataClaim(
        payment=_shown(payment),
        installation=_shown(installation) if isinstance(installation, str) else None,
    )


def _shown(text: str) -> str:
    """A text as a database takes it and a log shows it."""
    return re.sub(r"[^\x21-\x7e]", "?", text[:255])


def is_ours(payment: str) -> bool:
    """Whether it looks like an id that we made: a UUIDv7 in the usual spelling."""
    return _OURS.fullmatch(payment) is not None


_OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def number_of(text: str | None) -> int | None:
    """A guild's or member's id; 0, which is nobody's, for what is none; None if nothing is said."""
    if text is None:
        return None
    is_id = text.isascii() and text.isdecimal() and len(text) < 20  # noqa: PLR2004 - 64 bits
    return int(text) if is_id else 0
