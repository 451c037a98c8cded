"""What is bought with a checkout (Stripe: The Line Item object)."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.base.common import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One thing that is bought; `unit_amount` in minor units."""

    id: str
    price: str
    product: str
    name: str
    description: str | None
    unit_amount: int
    quantity: int
    currency: str
    metadata: dict[str, str]
    tax_behavior: str = "unspecified"
    tax_code: str | None = None
    tax: int = 0

    @property
    def subtotal(self) -> int:
        """Before discounts and tax, in minor units."""
        return self.unit_amount * self.quantity

    @property
    def total(self) -> int:
        """With the tax that comes on top, in minor units."""
        return self.subtotal + (self.tax if self.tax_behavior == "exclusive" else 0)

    def render(self, created: int) -> Json:
        """As in the list `line_items` of a session."""
        return {
            "id": self.id,
            "object": "item",
            "adjustable_quantity": None,
            "amount_discount": 0,
            "amount_subtotal": self.subtotal,
            "amount_tax": self.tax,
            "amount_total": self.total,
            "currency": self.currency,
            "description": self.name,
            "metadata": dict(self.metadata),
            "price": self._price(created),
            "quantity": self.quantity,
        }

    def _price(self, created: int) -> Json:
        return {
            "id": self.price,
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": created,
            "currency": self.currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": self.product,
            "recurring": None,
            "tax_behavior": self.tax_behavior,
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": self.unit_amount,
            "unit_amount_decimal": str(Decimal(self.unit_amount)),
        }
