"""What owners say about a new item, made into an offer that is checked as far as can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.features.items.roles import check_given, dangers_of
from bot.features.items.typed import span_of
from payments.domain.errors import Refused
from payments.domain.rules.item_checks import check_offer
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.items import (
    PERSON_WAIT,
    PROGRAM_WAIT,
    ItemKind,
    Limits,
    Offer,
    RoleOffer,
)
from payments.domain.values.time import Instant
from payments.domain.values.written_text import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """An item as its owner describes it in `/item add`; texts as typed.

    Attributes:
        name: What members read.
        price: Points for one piece.
        kind: What a buyer gets.
        role: The role that it gives, if so.
        role_time: For how long it is given; for good if None.
        stock: How many pieces there are; no end of them if None.
        by_person: Whether each order waits for a person; as usual for its kind if None.
        description: What members read of it.
        picture: The address of a picture.
        question: What the buyer is asked to write.
        per_order: The most pieces of one order.
        per_member: The most pieces of one member; as many as they like if None.
        needed_role: The role that a buyer must have; @everyone for none.
    """

    name: str
    price: int
    kind: ItemKind
    role: discord.Role | None = None
    role_time: str | None = None
    stock: int | None = None
    by_person: bool | None = None
    description: str = ""
    picture: str = ""
    question: str = ""
    per_order: int = 1
    per_member: int | None = None
    needed_role: discord.Role | None = None

    @property
    def dangers(self) -> Sequence[Sentence]:
        """Which permissions that harm others come with its role."""
        return () if self.role is None else dangers_of(self.role)

    def offer(self, now: Instant) -> Offer:
        """What it is.

        Raises:
            Refused: It cannot be sold, or its role not be given; says why.
        """
        self._check_kind()
        by_person = self.kind is ItemKind.PERSON if self.by_person is None else self.by_person
        offer = Offer(
            name=tidy(self.name),
            price=self.price,
            kind=self.kind,
            description=tidy(self.description),
            picture=self.picture.strip(),
            by_person=by_person,
            role=self._role(),
            question=tidy(self.question),
            wait=PROGRAM_WAIT if self.kind is ItemKind.PROGRAM else PERSON_WAIT,
            limits=Limits(
                per_order=self.per_order,
                per_member=self.per_member,
                role=needed(self.needed_role),
            ),
        )
        check_offer(offer, now)
        return offer

    def _check_kind(self) -> None:
        if self.kind is not ItemKind.ROLE and (self.role or self.role_time):
            raise Refused("Only an item of the kind “role” gives a role. Choose that kind.")
        if self.kind is ItemKind.CODE and self.stock is not None:
            raise Refused("The stock of this item is the number of its codes. Leave stock out.")

    def _role(self) -> RoleOffer | None:
        if self.role is None:
            return None
        check_given(self.role)
        lasts = None if self.role_time is None else span_of(self.role_time)
        return RoleOffer(id=self.role.id, lasts=lasts, dangerous=bool(self.dangers))


def needed(role: discord.Role | None) -> int | None:
    """The id of a role that buyers must have; none for none or @everyone."""
    return None if role is None or role.is_default() else role.id
