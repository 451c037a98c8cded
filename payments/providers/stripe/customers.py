"""Members as Stripe's customers: an id and our metadata, no address and no way to pay."""

import stripe

from payments.domain.values.ids import MemberId
from payments.providers.errors import ProviderRefused
from payments.providers.protocol import Refusal
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.ownership import INSTALLATION, MEMBER


class StripeCustomers:
    """Makes and prepares customers.

    Args:
        calls: Make the calls. That the key may not does not stop sales, so nobody is told of it.
        client: Stripe's.
    """

    def __init__(self, calls: Calls, client: stripe.StripeClient) -> None:
        self._calls = calls
        self._client = client

    async def make(self, member: MemberId, installation: str, *, instead_of: str | None) -> str:
        """Create a customer under a key that says for whom, and in whose place."""
        key = f"customer:{installation}:{member}:{instead_of or 'first'}"
        metadata = {INSTALLATION: installation, MEMBER: str(member)}
        made = await self._calls.make(
            lambda: self._client.v1.customers.create_async(
                {"metadata": metadata}, {"idempotency_key": key}
            )
        )
        return str(made["id"])

    async def prepare(self, customer: str) -> bool:
        """Take the e-mail address away that Checkout has written onto it.

        Stripe API, Create a Checkout Session, `customer`: Checkout sets the address that the buyer
        enters on a customer without one, and shows it, fixed, whenever a session is opened for that
        customer, also to others who have the link.
        """
        try:
            await self._calls.make(
                lambda: self._client.v1.customers.update_async(customer, {"email": ""}),
                about=customer,
            )
        except ProviderRefused as error:
            if error.why is Refusal.UNKNOWN_OBJECT:
                return False
            raise
        return True
