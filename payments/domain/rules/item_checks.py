"""What can be put up for sale, as far as it can be told without Discord."""

import re
from urllib.parse import urlsplit

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import NAME_LENGTH, check_points
from payments.domain.values.items import (
    DESCRIPTION_LENGTH,
    LONGEST_WAIT,
    MAX_QUANTITY,
    QUESTION_LENGTH,
    ItemKind,
    Limits,
    Offer,
    RoleOffer,
)
from payments.domain.values.time import HOUR, Instant
from payments.domain.values.written_text import check_words

PICTURE_LENGTH = 500
"""The most characters of a picture's address."""

_WELL_FORMED = re.compile(r"[!#-;=?-\[\]_a-z~]+")
"""Characters of an address (RFC 3986): Discord refuses a whole message for any other."""


def check_offer(offer: Offer, now: Instant) -> None:
    """Refuse what cannot be sold.

    Args:
        offer: Its words are tidied.
        now: When it is put up.

    Raises:
        Refused: Says what is wrong.
    """
    check_words(offer.name, Sentence("Item name"), NAME_LENGTH)
    check_words(offer.description, Sentence("Description"), DESCRIPTION_LENGTH, least=0)
    check_words(offer.question, Sentence("Question"), QUESTION_LENGTH, least=0)
    check_points(offer.price)
    check_points(offer.price * offer.most_at_once)
    _check_picture(offer.picture)
    _check_role(offer.kind, offer.role)
    _check_limits(offer.limits, now)
    if offer.is_for_good and offer.limits.per_order > 1:
        raise Refused("A role for good is ordered once. Set the pieces of one order to 1.")
    if not HOUR <= offer.wait <= LONGEST_WAIT:
        raise Refused("An order can wait for 1 hour to 90 days.")
    if offer.kind is ItemKind.PERSON and not offer.by_person:
        raise Refused("What a person does needs a person.")
    if offer.kind is ItemKind.PROGRAM and offer.by_person:
        raise Refused("What another program gives waits for that program, not for a person.")


def _check_picture(address: str) -> None:
    if not address:
        return
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    well_formed = _WELL_FORMED.fullmatch(address) is not None and "." in host.strip(".")
    if not well_formed or parts.scheme != "https" or len(address) > PICTURE_LENGTH:
        raise Refused("The picture's address must begin with https:// and lead to a picture.")


def _check_role(kind: ItemKind, role: RoleOffer | None) -> None:
    if (kind is ItemKind.ROLE) != (role is not None):
        raise Refused("Choose the role that this item gives.")
    if role is not None and role.lasts is not None and role.lasts < HOUR:
        raise Refused("A role is given for 1 hour at least.")


def _check_limits(limits: Limits, now: Instant) -> None:
    if not 1 <= limits.per_order <= MAX_QUANTITY:
        raise Refused("One order can have 1 to {most} pieces.", most=MAX_QUANTITY)
    if limits.per_member is not None and limits.per_member < 1:
        raise Refused("A member must be able to have 1 piece at least.")
    if limits.period is not None and limits.per_member is None:
        raise Refused("Say how many pieces a member can have in that time.")
    opens, closes = limits.opens_at, limits.closes_at
    if closes is not None and (closes <= now or (opens is not None and closes <= opens)):
        raise Refused("The sale can't end before it begins.")
