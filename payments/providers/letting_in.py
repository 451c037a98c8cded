"""Whether a provider answers, and lets us in."""

from typing import Protocol

from payments.domain.values.time import Instant


class Access(Protocol):
    """Whether the provider answers, and lets us in."""

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """What the provider refuses us, in sentences; nothing is changed by asking.

        Args:
            thoroughly: Whether each permission is tried, not only the key.

        Raises:
            ProviderUnavailable: It could not be asked.
        """
        ...

    async def ping(self) -> None:
        """Ask for something small, to see whether it answers. Raises as `Checkouts.open`."""
        ...

    async def time(self) -> Instant | None:
        """The time by the provider's own clock, if it tells. Raises as `Checkouts.open`."""
        ...
