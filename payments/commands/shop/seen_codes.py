"""Whether owners of codes have seen them: noted before a code is shown."""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.domain.books import CODES, ORDERS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.given_codes import codes_of_order
from payments.domain.values.codes import Code, Sight
from payments.domain.values.ids import CodeId, GuildId, OrderId
from payments.domain.values.orders import OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCodes(Command[tuple[CodeId, ...]]):
    """Codes of an order are about to be shown to its owner.

    Returns those of them that nobody had seen.

    Attributes:
        order: Which order.
        codes: Those that are shown.
        sight: How.
    """

    kind = "order.show_codes"
    result = tuple[CodeId, ...]

    guild: GuildId
    order: OrderId
    codes: tuple[CodeId, ...]
    sight: Sight = field(default=Sight.SEEN)

    def needs(self) -> Needs:
        """The order; its item comes along."""
        return ORDERS.of(self.order)

    def validate(self, books: Books) -> None:
        """Refuse codes that are the order's no more."""
        order = books.order(self.order)
        if order.guild != self.guild or order.state is not OrderState.FULFILLED:
            raise Refused("This order has no codes any more.")
        theirs = {code.id for code in codes_of_order(books, order)}
        if not theirs.issuperset(self.codes):
            raise Refused("This order has no such code.")

    def execute(self, books: Books) -> tuple[CodeId, ...]:
        """Note it; what was seen stays seen."""
        shown = _among(books, self.order, self.codes)
        for code in shown:
            if code.sight is not Sight.SEEN:
                books[CODES][code.key] = replace(code, sight=self.sight)
        return tuple(code.id for code in shown if code.sight.is_unseen)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCodesNotSent(Command[None]):
    """A direct message did not go out: the codes in it were not seen, unless they were elsewhere.

    Attributes:
        order: Which order.
        codes: Those that nobody had seen before.
    """

    kind = "order.codes_not_sent"

    guild: GuildId
    order: OrderId
    codes: tuple[CodeId, ...]

    def needs(self) -> Needs:
        """The order; its item comes along."""
        return ORDERS.of(self.order)

    def execute(self, books: Books) -> None:
        """Note it."""
        for code in _among(books, self.order, self.codes):
            if code.sight is Sight.SENT:
                books[CODES][code.key] = replace(code, sight=Sight.UNSEEN)


def _among(books: Books, order: OrderId, names: tuple[CodeId, ...]) -> list[Code]:
    """Codes that an order still has."""
    return [code for code in codes_of_order(books, books.order(order)) if code.id in names]
