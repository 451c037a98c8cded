"""The parts of PayPal's objects that matter here, as pydantic reads them at the border.

What decides about points is read strictly, all else leniently.
"""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from payments.providers.paypal.amounts import PayPalMoney
from payments.providers.reading import Lenient

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
"""An id of PayPal's."""

Word = Annotated[str, Field(pattern=r"^[0-9A-Z_]{1,64}$")]
"""One of PayPal's words for how something stands, or why."""


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


class Authorization(BaseModel):
    """Money that was set aside (Payments v2, schema `authorization`)."""

    id: Id
    status: Word
    amount: PayPalMoney
    expiration_time: Lenient[str] = None
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

    authorizations: list[Authorization] = Field(default_factory=list)
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
    intent: Lenient[Word] = None
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
