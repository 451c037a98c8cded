"""What happens to customers: Checkout writes an address onto one, somebody deletes one."""

from sandbox.base.common import NotPossible
from sandbox.stripe.objects.customer import Customer
from sandbox.stripe.objects.session import Session
from sandbox.stripe.state import State


def of_session(state: State, session: Session) -> Customer | None:
    """The customer for whom a session was opened, if it is there still."""
    found = state.customers.get(session.customer or "")
    return None if found is None or found.deleted else found


def note_email(state: State, session: Session) -> None:
    """Keep what the buyer typed, on a customer that has no address yet.

    Stripe API, Create a Checkout Session, `customer`: an address that the customer has is shown and
    cannot be changed; if it has none, Checkout sets the one that was entered. `customer_update` has
    no say in it.
    """
    customer = of_session(state, session)
    if customer is None or session.email is None:
        return
    if customer.email is not None:
        session.email = customer.email
        return
    email = session.email

    def change() -> None:
        customer.email = email

    state.update("customer.updated", customer, change)


def delete(state: State, customer_id: str) -> None:
    """Delete a customer, as the dashboard does.

    Raises:
        NotPossible: There is none.
    """
    customer = state.customers.get(customer_id)
    if customer is None or customer.deleted:
        raise NotPossible(f"there is no customer {customer_id}")
    state.emit("customer.deleted", customer)
    customer.deleted = True
    customer.email = customer.name = customer.phone = customer.description = None
    customer.metadata = {}
