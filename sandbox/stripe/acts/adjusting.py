"""What the dashboard changes of an open session."""

from sandbox.base.common import NotPossible
from sandbox.stripe.acts.checkout import payable
from sandbox.stripe.objects.session import Session
from sandbox.stripe.state import State


def adjust(state: State, session_id: str, *, discount: int = 0, tax: int = 0) -> Session:
    """Take a discount off an open session's price, or put tax on it; in minor units.

    Raises:
        NotPossible: It is not open, or would cost less than nothing.
    """
    session = payable(state, session_id)
    if not 0 <= discount <= session.subtotal or tax < 0:
        raise NotPossible("a discount lies between nothing and the price, tax is never negative")
    session.discount, session.tax = discount, tax
    return session
