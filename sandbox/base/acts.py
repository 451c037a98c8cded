"""What bad luck and the vendor's dashboard do to messages that are on their way."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from sandbox.base.common import NotPossible
from sandbox.base.dispatch import Dispatcher, WebhookDelivery
from sandbox.base.messages import Message, Receiver
from sandbox.base.plans import Plan, Treatment

M = TypeVar("M", bound=Message)
R = TypeVar("R", bound=Receiver)


class MessageActs(Generic[M, R]):
    """Acts on a service's messages.

    Args:
        messages: All that were made, by id, oldest first.
        dispatcher: Sends them.
    """

    def __init__(self, messages: Mapping[str, M], dispatcher: Dispatcher[M, R]) -> None:
        self.dispatcher = dispatcher
        self._messages = messages

    def plan(
        self, treatment: Treatment, types: str = "*", *, times: int | None = 1, seconds: float = 5
    ) -> Plan:
        """Decide what happens to the next events whose type fits the pattern `types`.

        `lose` (made, never delivered), `hold` (until `deliver` or `release`), `delay` (a number of
        seconds), `twice`, or `never` (not even made).
        """
        plan = Plan(treatment=treatment, types=types, times=times, seconds=seconds)
        return self.dispatcher.plans.add(plan)

    async def deliver(self, event_id: str) -> list[WebhookDelivery[M, R]]:
        """Send an event now, whether it waits, was lost or was delivered; await the answers."""
        if not self.dispatcher.wake(event_id):
            self.dispatcher.resend(self.message(event_id))
        await self.dispatcher.drain()
        return self.dispatcher.of(event_id)

    def resend(self, event_id: str) -> None:
        """Send an event again in the background, as the dashboard's button does."""
        self.dispatcher.resend(self.message(event_id))

    def lose(self, event_id: str) -> None:
        """Make an event that is held, delayed or waits for a retry a lost one."""
        self.dispatcher.lose(event_id)

    def release(self, event_id: str | None = None) -> bool:
        """Send what is held, delayed or waits for a retry now: one event's, or all; if any is."""
        return self.dispatcher.wake(event_id)

    async def drain(self) -> None:
        """Wait until every webhook in flight was answered; waiting ones are not waited for."""
        await self.dispatcher.drain()

    def message(self, event_id: str) -> M:
        """An event that was made.

        Raises:
            NotPossible: There is none with this id.
        """
        if event_id not in self._messages:
            raise NotPossible(f"there is no event {event_id}")
        return self._messages[event_id]
