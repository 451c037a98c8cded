"""Whether a price can be charged at all: by one of those who sell at a server, or by none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Sentences, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.money import Money
from payments.providers.protocol import Checkouts, PaymentProvider

CANNOT_WAIT: Final = Sentence(
    "A moderator checks this purchase before anybody is charged, and this way to pay can't wait "
    "for that."
)
CANNOT_WAIT_ANYWHERE: Final = Sentence(
    "A moderator must check this purchase before anybody is charged, and no way to pay here can "
    "wait for that. Nothing was charged. Please tell a moderator."
)


class Seller(NamedTuple):
    """A provider that sells, and its checkouts."""

    provider: PaymentProvider
    checkouts: Checkouts

    @property
    def can_wait(self) -> bool:
        """Whether it can set money aside until a moderator has checked a purchase."""
        return self.provider.authorizations is not None

    def can_sell(self, price: Money) -> bool:
        """Whether it can charge a price."""
        try:
            self.checkouts.check_price(price)
        except Refused:
            return False
        return True


class NotSold(NamedTuple):
    """A way to pay by which something cannot be bought.

    Attributes:
        title: What people call the provider.
        why: In its own sentence.
    """

    title: str
    why: Sentence

    @property
    def sentence(self) -> Sentence:
        """It, for whoever puts something up for sale."""
        return Sentence(
            "Not sold by {provider}. {why}", provider=Verbatim(self.title), why=self.why
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """What can be charged at a server.

    Attributes:
        sellers: Who sells there; at least one.
    """

    sellers: Sequence[Seller]

    def check_price(self, price: Money) -> tuple[NotSold, ...]:
        """Refuse a price that nobody can charge.

        Returns:
            Who cannot charge it, where another one can.

        Raises:
            Refused: Says of each what it can charge.
        """
        return self._check(
            lambda each: each.checkouts.check_price(price),
            lambda whys: Sentence("No way to pay takes this price. {whys}", whys=whys),
        )

    def check_currency(self, code: str) -> tuple[NotSold, ...]:
        """The same of a currency: its code, of ISO 4217, in capitals."""
        return self._check(
            lambda each: each.checkouts.check_currency(code),
            lambda whys: Sentence("No way to pay takes this currency. {whys}", whys=whys),
        )

    def _check(
        self, check: Callable[[Seller], None], none: Callable[[Sentences], Sentence]
    ) -> tuple[NotSold, ...]:
        refused: list[NotSold] = []
        for each in self.sellers:
            try:
                check(each)
            except Refused as error:
                refused.append(NotSold(each.provider.title, error.sentence))
        if len(refused) < len(self.sellers):
            return tuple(refused)
        if len(refused) == 1:
            raise Refused(refused[0].why)
        raise Refused(none(Sentences(tuple(_named(each) for each in refused))))


def _named(each: NotSold) -> Sentence:
    return Sentence("{provider}: {why}", provider=Verbatim(each.title), why=each.why)
