"""Nobody pays for a role that their orders give them for good: it would give them nothing."""

from payments.domain.books import OPEN_ORDERS, ORDERS, ROLE_TERMS, Books
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Role
from payments.domain.values.ids import AccountKey, MemberId
from payments.domain.values.items import Offer
from payments.domain.values.orders import Order
from payments.domain.values.roles import RoleKey, RoleStanding


def check_role_is_new(books: Books, offer: Offer, account: AccountKey, member: MemberId) -> None:
    """Refuse an order of a role that its buyer has for good, or that is on its way.

    Args:
        books: The books.
        offer: What is ordered.
        account: Whose points.
        member: Who orders.

    Raises:
        Refused: It would give them nothing.
        NeedsMore: Their role or open orders must be seen.
    """
    if offer.role is None:
        return
    shown = Role(offer.role.id)
    term = books.see(ROLE_TERMS, RoleKey(account.guild, member, offer.role.id))
    if term.is_wanted and term.ends_at is None:
        if term.standing is RoleStanding.REMOVED:
            raise Refused(
                "You ordered {role} for good, and somebody took it from you. Please ask a "
                "moderator.",
                role=shown,
            )
        raise Refused("You have {role} already.", role=shown)
    for order in _open_orders(books, account):
        theirs = order.offer.role
        if theirs is not None and theirs.lasts is None and theirs.id == offer.role.id:
            raise Refused("You have ordered {role} already. It is on its way.", role=shown)


def _open_orders(books: Books, account: AccountKey) -> list[Order]:
    """All open orders of a member, also those of the same batch."""
    known = books.see(OPEN_ORDERS, account)
    ids = set(known) | {
        order.id
        for order in books[ORDERS].merged().values()
        if order is not None and order.account == account
    }
    books.require(ORDERS, ids)
    orders = (books.order(each) for each in sorted(ids))
    return [order for order in orders if order.state.is_open]
