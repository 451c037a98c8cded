"""Messages that wait, tried again: a few at the same time, what is about the same in its order."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from payments.domain.values.inbox import InboxEvent
from payments.providers.protocol import PaymentProvider
from payments.services.few_at_once import for_each, in_lanes


async def for_each_lane(
    inbox_events: Sequence[InboxEvent],
    providers: Mapping[str, PaymentProvider],
    retry: Callable[[InboxEvent], Awaitable[None]],
) -> None:
    """Try several again. Raises as `for_each`.

    Those about the same would make each other's answers stale, and all would be asked for again.

    Args:
        inbox_events: In their order.
        providers: Read what they are about, by name.
        retry: Tries one again.
    """

    def about(inbox_event: InboxEvent) -> set[str]:
        return _about(inbox_event, providers.get(inbox_event.provider))

    async def one_lane(lane: Sequence[InboxEvent]) -> None:
        for each in lane:
            await retry(each)

    await for_each(in_lanes(inbox_events, about), one_lane)


def _about(inbox_event: InboxEvent, provider: PaymentProvider | None) -> set[str]:
    """The provider's ids of what a message is about; none for one that cannot be read."""
    if provider is None or provider.events is None:
        return set()
    try:
        event = provider.events.read(inbox_event.body)
    except Exception:  # noqa: BLE001 - it is read again where its error is kept
        return set()
    named = {reference.id for each in event.found for reference in each.traces.references}
    return named if event.look_up is None else named | {event.look_up}
