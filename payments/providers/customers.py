"""Members as a provider knows them, from one purchase to the next."""

from typing import Protocol

from payments.domain.values.ids import MemberId


class Customers(Protocol):
    """Makes customers, and looks after what stands in them. Calls raise as `Checkouts.open`."""

    async def make(self, member: MemberId, installation: str, *, instead_of: str | None) -> str:
        """Make the customer of a member: one, however often and by whomever it is asked for.

        Args:
            member: Who.
            installation: Tells this Guildbank from others on the same account of the provider.
            instead_of: The id of the one before, which is gone; None for the first.

        Returns:
            Its id.
        """
        ...

    async def prepare(self, customer: str) -> bool:
        """Take from a customer what a new checkout would show to whoever opens it.

        Returns:
            Whether it is there; False if it was deleted, or belongs to another account.
        """
        ...
