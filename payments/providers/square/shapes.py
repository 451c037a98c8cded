"""The parts of Square's objects that matter here, as pydantic reads them at the border.

What decides about points is read strictly, all else leniently.
"""

from typing import Annotated

from pydantic import BaseModel, Field, StrictInt

from payments.providers.reading import Lenient
from payments.providers.square.amounts import SquareMoney

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_:-]{1,255}$")]
"""An id of Square's."""

Word = Annotated[str, Field(pattern=r"^[0-9A-Z_]{1,64}$")]
"""One of Square's words for how something stands, or why."""


class Payment(BaseModel):
    """One try to pay an order (schema `Payment`)."""

    id: Id
    status: Word
    amount_money: SquareMoney
    order_id: Lenient[Id] = None
    source_type: Lenient[Word] = None


class FeeMoney(BaseModel):
    """An amount that may be below nothing."""

    amount: StrictInt
    currency: str


class Fee(BaseModel):
    """What Square keeps, or gives back of that later."""

    amount_money: FeeMoney


class PaidFee(BaseModel):
    """A payment with Square's fee, which comes some time after it."""

    amount_money: SquareMoney
    processing_fee: Annotated[list[Fee], Field(min_length=1)]


class Order(BaseModel):
    """What is bought (schema `Order`)."""

    id: Id
    state: Word
    total_money: SquareMoney
    total_tax_money: Lenient[SquareMoney] = None
    total_tip_money: Lenient[SquareMoney] = None
    total_service_charge_money: Lenient[SquareMoney] = None
    total_discount_money: Lenient[SquareMoney] = None


class Refund(BaseModel):
    """Money that goes back (schema `PaymentRefund`)."""

    id: Id
    status: Word
    amount_money: SquareMoney
    payment_id: Lenient[Id] = None
    reason: Lenient[str] = None


class DisputedPayment(BaseModel):
    """The payment that a dispute is of."""

    payment_id: Lenient[Id] = None


class Dispute(BaseModel):
    """A case of the buyer's bank (schema `Dispute`)."""

    id: Id
    state: Word
    amount_money: SquareMoney
    reason: Lenient[Word] = None
    due_at: Lenient[str] = None
    disputed_payment: Lenient[DisputedPayment] = None


class Link(BaseModel):
    """A page on which one order is paid (schema `PaymentLink`)."""

    id: Id
    order_id: Id
    url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,240}$")]
