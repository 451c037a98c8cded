"""Reading a provider's objects at the border: what decides about points strictly, all else not."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from payments.domain.values.buyer_address import Conceal
from payments.domain.values.inbox import Found
from payments.domain.values.provider_updates import CheckoutUpdate, ProviderUpdate
from payments.domain.values.time import Instant, from_seconds
from payments.domain.values.traces import Traces


def _leniently(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


T = TypeVar("T")
Lenient = Annotated[T | None, WrapValidator(_leniently)]
"""Of use where it is as it should be; nothing where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one object tells, or why it tells nothing."""

    update: ProviderUpdate | None = None
    ignored: str | None = None
    wrong: str | None = None

    def found(self, traces: Traces) -> Found:
        """The same with what tells whose the object is."""
        return Found(traces=traces, update=self.update, ignored=self.ignored, wrong=self.wrong)


def with_buyer(reading: Reading, address: object, conceal: Conceal) -> Reading:
    """What was read of a checkout, with where its buyer gets mail, if it is told and mail is on."""
    if not isinstance(reading.update, CheckoutUpdate) or not isinstance(address, str):
        return reading
    return replace(reading, update=replace(reading.update, buyer=conceal(address)))


def what_is_wrong(error: ValidationError) -> str:
    """The names of the fields that are not what they should be."""
    return ", ".join(".".join(map(str, each["loc"])) for each in error.errors())


def instant_of(text: str | None) -> Instant | None:
    """A time in RFC 3339, to whole seconds; None for what is none."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return from_seconds(int(moment.timestamp()))


def written_time(instant: Instant) -> str:
    """A time in RFC 3339, in whole seconds."""
    return datetime.fromtimestamp(instant // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
