"""What the cases need of a shop, whoever takes its money."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.core import Services
from payments.domain.values.payment import Payment
from tests.conftest import Time


class Selling(Protocol):
    """A shop with one package, 500 points for 4.99, over a local provider."""

    core: Services
    clock: Time

    async def buy(self) -> Payment:
        """Ada begins a purchase."""
        ...

    async def pay(self, payment: Payment) -> None:
        """She pays; nothing is settled yet."""
        ...

    async def pay_slowly(self, payment: Payment) -> None:
        """She pays with money that takes days."""
        ...

    async def arrive(self, payment: Payment, *, fails: bool = False) -> None:
        """That money arrives, or does not."""
        ...

    async def settle(self) -> None:
        """All that the provider has sent is applied, and what follows is called."""
        ...

    async def reconcile(self) -> tuple[str, ...]:
        """All that is open is looked up; returns what went wrong."""
        ...

    def lose_messages(self, count: int) -> None:
        """The provider's next messages never come."""
        ...

    async def send_all_again(self, times: int = 1) -> None:
        """Every message so far comes again, all at once."""
        ...

    async def send(self, kind: str, resource: Mapping[str, Any]) -> None:
        """A genuine message about any object whatever."""
        ...

    async def give_back(self, payment: Payment, minor: int) -> None:
        """The owner refunds in the provider's own pages."""
        ...

    async def dispute(self, payment: Payment, *, inquiry: bool = False) -> str:
        """A dispute of the whole is opened, or only a question; returns its id."""
        ...

    async def decide(self, dispute: str, *, won: bool) -> None:
        """It is decided; one that was decided before is opened again first."""
        ...

    async def post(self, body: bytes, *, twice: bool = False, **headers: str) -> int:
        """A well signed body comes to the door; returns the answer's status.

        Args:
            body: What is signed and sent.
            twice: Whether the signature stands twice in the head.
            headers: Further headers, or others; `_` stands for `-`.
        """
        ...

    def go_away(self, status: int | None = None) -> None:
        """The provider drops all calls, or answers them so."""
        ...

    def come_back(self) -> None:
        """It answers again."""
        ...

    async def points(self) -> int:
        """What Ada has."""
        ...

    async def told(self, name: str) -> int:
        """How often something was told."""
        ...

    async def now(self, payment: Payment) -> Payment:
        """A payment as it is now."""
        ...
