"""What something that was done is about: each part as a sentence takes it."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import TypeAdapter

from bot.wording.integrations import title_of
from payments.domain.sentences.parts import Person, Points, Verbatim
from payments.domain.sentences.sentence import Part, Sentence
from payments.domain.values.guilds import Package
from payments.domain.values.items import Item
from payments.domain.values.money import Money
from payments.store.queries import AuditBody, AuditEntry

THE_BOT = Sentence("The bot")
"""Who does what nobody asked for."""

K = TypeVar("K")

_ITEMS: TypeAdapter[Item] = TypeAdapter(Item)
_PACKAGES: TypeAdapter[Package] = TypeAdapter(Package)


class Unknown(LookupError):
    """What a sentence is about is not stored: then a label is all that can be said."""


class Subject:
    """What is known of something that was done; each property raises `Unknown` if it is not.

    Args:
        entry: It.
        titles: What people call the providers, by name.
    """

    def __init__(self, entry: AuditEntry, titles: Mapping[str, str]) -> None:
        self._entry = entry
        self._titles = titles

    @property
    def action(self) -> str:
        """The command's kind."""
        return self._entry.action

    @property
    def body(self) -> AuditBody:
        """What was asked for."""
        return self._entry.body

    @property
    def who(self) -> Part:
        """Who did it."""
        kind, _, name = self._entry.actor.partition(":")
        if kind == "member":
            return Person(int(name))
        return Verbatim(self._titles.get(name, name)) if name else THE_BOT

    @property
    def member(self) -> Part:
        """Whom it was done to, or whose points it moved."""
        return Person(_known(self.body.member))

    @property
    def recipient(self) -> Part:
        """Who got points of them."""
        return Person(_known(self.body.recipient))

    @property
    def points(self) -> Part:
        """How many were asked for."""
        return Points(_known(self.body.points))

    @property
    def count(self) -> Part:
        """How many were moved."""
        if not isinstance(self._entry.outcome, int):
            raise Unknown
        return Points(self._entry.outcome)

    @property
    def package(self) -> Package:
        """The package that was bought, or as it became."""
        bought, became = self.body.package, self._entry.outcome
        if isinstance(bought, Package):
            return bought
        if not isinstance(became, dict):
            raise Unknown
        return _PACKAGES.validate_python(became)

    @property
    def item(self) -> str:
        """What the item is called."""
        became = self._entry.outcome
        if isinstance(became, dict) and "offer" in became:
            return self.item_became.offer.name
        return _known(self._entry.item)

    @property
    def item_became(self) -> Item:
        """The item as it became."""
        if not isinstance(self._entry.outcome, dict):
            raise Unknown
        return _ITEMS.validate_python(self._entry.outcome)

    @property
    def order(self) -> Sentence:
        """The order, as a label."""
        order = _known(self._entry.order)
        return Sentence("{member}'s order of {item}", member=Person(order.member), item=order.name)

    @property
    def role(self) -> int:
        """The role, by its id on Discord."""
        return _known(self.body.role)

    @property
    def payment(self) -> Sentence:
        """The payment, as a label."""
        payment = _known(self._entry.payment)
        return Sentence(
            "{package} for {price}, bought by {member}",
            package=payment.package_name,
            price=payment.price,
            member=Person(payment.member),
        )

    @property
    def has_arrived(self) -> bool:
        """Whether it made the points arrive that were bought with the payment."""
        outcome = self._entry.outcome
        return isinstance(outcome, dict) and bool(outcome.get("arrived"))

    @property
    def arrived(self) -> Sentence:
        """That a payment arrived, and its points with it."""
        payment = _known(self._entry.payment)
        return Sentence(
            "Payment of {price} by {member} arrived · {points}",
            price=payment.price,
            member=Person(payment.member),
            points=Points(payment.points),
        )

    @property
    def to_be_paid(self) -> Sentence:
        """The payment as a label while nothing is bought yet: without its buyer."""
        payment = _known(self._entry.payment)
        return Sentence("{package} for {price}", package=payment.package_name, price=payment.price)

    @property
    def refund(self) -> Sentence:
        """A refund, as a label: how much goes back to whom for what."""
        payment = _known(self._entry.payment)
        return Sentence(
            "{amount} to {member} for {package}",
            amount=self._refunded,
            member=Person(payment.member),
            package=payment.package_name,
        )

    @property
    def _refunded(self) -> Money:
        payment, amount = _known(self._entry.payment), self.body.amount
        if isinstance(amount, int):
            return Money(minor=amount, currency=payment.price.currency)
        if amount is not None:
            return amount
        return _known(payment.refund(_known(self.body.refund))).amount

    @property
    def told_amount(self) -> Money | None:
        """Over how much a refund or dispute is that the provider told of; none if unknown."""
        amount = self.body.told.get("amount")
        if not isinstance(amount, dict):
            return None
        return Money(minor=amount["minor"], currency=amount["currency"])

    @property
    def provider(self) -> Part:
        """The provider that was asked, or refused something."""
        name = _known(self.body.provider)
        return Verbatim(self._titles.get(name, name))

    @property
    def integration(self) -> Part:
        """The service that is reported on."""
        name = _known(self.body.integration)
        return Verbatim(title_of(name, self._titles.get(name, name)))

    @property
    def host(self) -> str:
        """Of the subscriber."""
        return str(_known(self._entry.host))

    @property
    def name(self) -> str:
        """What it is called, or was."""
        outcome = self._entry.outcome
        return _known(self.body.name or (outcome if isinstance(outcome, str) else None))

    @property
    def about(self) -> "Subject":
        """What it took back or decided."""
        return Subject(_known(self._entry.about), self._titles)


def _known(value: K | None) -> K:
    if value is None:
        raise Unknown
    return value
