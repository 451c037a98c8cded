"""The parts of PayPal's objects that matter here, as pydantic reads them at the border.

What decides about points is read strictly, all else leniently.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from payments.domain.values.inbox import Found
from payments.domain.values.provider_updates import ProviderUpdate
from payments.domain.values.time import Instant, from_seconds
from payments.domain.values.traces import Traces
from payments.providers.paypal.amounts import PayPalMoney

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
"""An id of PayPal's."""

Word = Annotated[str, Field(pattern=r"^[0-9A-Z_]{1,64}$")]
"""One of PayPal's words for how something stands, or why."""


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


class Details(BaseModel):
    """Why something stands as it does."""

    reason: Lenient[Word] = None


class Capture(BaseModel):
    """Money that was taken (Payments v2, schema `capture`)."""

    id: Id
    status: Word
    amount: PayPalMoney
    status_details: Lenient[Details] = None
    custom_id: Lenient[str] = None


class Breakdown(BaseModel):
    """Of what a capture brought."""

    paypal_fee: PayPalMoney


class CapturedFee(BaseModel):
    """A capture with PayPal's fee, which is absent as long as it is pending."""

    amount: PayPalMoney
    seller_receivable_breakdown: Breakdown


class Payments(BaseModel):
    """What was moved for a purchase unit. Refunds are read one by one."""

    captures: list[Capture] = Field(default_factory=list)
    refunds: list[dict[str, Any]] = Field(default_factory=list)


class Unit(BaseModel):
    """What is bought; our orders have one."""

    amount: PayPalMoney
    reference_id: Lenient[str] = None
    custom_id: Lenient[str] = None
    payments: Payments = Field(default_factory=Payments)


class Order(BaseModel):
    """An order (Orders v2, schema `order`)."""

    id: Id
    status: Word
    purchase_units: Annotated[list[Unit], Field(min_length=1, max_length=1)]
    create_time: Lenient[str] = None
    update_time: Lenient[str] = None


class Refund(BaseModel):
    """Money that went back, or was taken back (Payments v2, schema `refund`)."""

    id: Id
    status: Word
    amount: PayPalMoney
    status_details: Lenient[Details] = None
    custom_id: Lenient[str] = None


class DisputedTransaction(BaseModel):
    """The payment that a dispute is of."""

    seller_transaction_id: Lenient[Id] = None
    gross_amount: Lenient[PayPalMoney] = None
    custom: Lenient[str] = None


class Outcome(BaseModel):
    """How a dispute ended."""

    outcome_code: Lenient[Word] = None
    amount_refunded: Lenient[PayPalMoney] = None


class Movement(BaseModel):
    """Money that was moved for a dispute."""

    affected_party: Word
    type: Word
    amount: PayPalMoney
    reason: Lenient[Word] = None


class Dispute(BaseModel):
    """A case (Disputes v1, schema `dispute`)."""

    dispute_id: Id
    status: Lenient[Word] = None
    dispute_amount: PayPalMoney
    dispute_life_cycle_stage: Lenient[Word] = None
    dispute_outcome: Lenient[Outcome] = None
    disputed_transactions: list[DisputedTransaction] = Field(default_factory=list)
    money_movements: list[Lenient[Movement]] = Field(default_factory=list)
    reason: Lenient[Word] = None
    create_time: Lenient[str] = None
    seller_response_due_date: Lenient[str] = None


def what_is_wrong(error: ValidationError) -> str:
    """The names of the fields that are not what they should be."""
    return ", ".join(".".join(map(str, each["loc"])) for each in error.errors())


def instant_of(text: str | None) -> Instant | None:
    """A time as PayPal writes it; None for what is none."""
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
    """A time as PayPal reads it, in whole seconds."""
    return datetime.fromtimestamp(instant // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
