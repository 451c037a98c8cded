"""What a tour through the program asked of the local Stripe, held to the published schema."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from payments.providers.stripe.updates import API_VERSION
from sandbox.stripe import LocalStripe
from sandbox.stripe.recording import Exchange
from tests.support.stripe_schema import StripeSchema, pattern


@dataclass(slots=True, kw_only=True)
class Tour:
    """What is recorded, and what it is held to."""

    schema: StripeSchema
    stripe: LocalStripe
    exchanges: Sequence[Exchange]

    def violations(self) -> list[str]:
        """Everything that is not as published, in either direction."""
        return [*self._asked(), *self._answered(), *self._events()]

    def requests(self) -> Counter[str]:
        """How often each kind of request was made."""
        return Counter(f"{each.method} {pattern(each.path)}" for each in self.exchanges)

    def _asked(self) -> Iterator[str]:
        for each in self.exchanges:
            yield from self.schema.asked(each.method, each.path, each.params)
            if each.version != API_VERSION:
                yield f"{each.path}: the version is {each.version}"
            if (each.method == "POST") != (each.idempotency_key is not None):
                yield f"{each.method} {each.path}: the key is {each.idempotency_key}"

    def _answered(self) -> Iterator[str]:
        for each in self.exchanges:
            if each.answer is not None:
                found = self.schema.violations(each.answer)
                yield from (f"{each.method} {each.path}: {wrong}" for wrong in found)

    def _events(self) -> Iterator[str]:
        for event in self.stripe.events():
            yield from self.schema.violations(event)


def record(stripe: LocalStripe) -> Tour:
    """Begin a tour; skips where the schema is not at hand."""
    return Tour(schema=StripeSchema(), stripe=stripe, exchanges=stripe.record())
