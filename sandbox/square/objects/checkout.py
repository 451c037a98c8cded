"""Payment links and the orders behind them (Square: Checkout API, Orders API)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.square.objects.common import given, moment, money


@dataclass(slots=True, kw_only=True)
class Order:
    """What a buyer is to pay for.

    Attributes:
        lines: As they were sent, with a `uid` each.
        total: In the smallest unit.
        state: `DRAFT` until it is paid, `OPEN` from then on, or `CANCELED`.
        payment: The id of the payment that paid it, or is on its way.
    """

    id: str
    created: int
    updated: int
    location: str
    currency: str
    lines: list[Json]
    total: int
    reference_id: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    state: str = "DRAFT"
    version: int = 1
    payment: str | None = None
    refunded: int = 0

    @property
    def name(self) -> str:
        """What is bought, for pages."""
        return str(self.lines[0].get("name", "Order"))

    def change(self, state: str, now: int) -> None:
        """Give it another state, and so another version."""
        self.state, self.updated = state, now
        self.version += 1

    def render(self) -> Json:
        """As the API shows it."""
        nothing = money(0, self.currency)
        due = 0 if self.payment is not None else self.total
        shown: Json = {
            "id": self.id,
            "location_id": self.location,
            "source": {"name": "Guildbank sandbox"},
            "line_items": [self._line(each) for each in self.lines],
            "net_amounts": {
                "total_money": money(self.total - self.refunded, self.currency),
                "tax_money": nothing,
                "discount_money": nothing,
                "tip_money": nothing,
                "service_charge_money": nothing,
            },
            "created_at": moment(self.created),
            "updated_at": moment(self.updated),
            "state": self.state,
            "version": self.version,
            "total_money": money(self.total, self.currency),
            "total_tax_money": nothing,
            "total_discount_money": nothing,
            "total_tip_money": nothing,
            "total_service_charge_money": nothing,
            "net_amount_due_money": money(due, self.currency),
        }
        return shown | given(reference_id=self.reference_id, metadata=self.metadata or None)

    def _line(self, line: Json) -> Json:
        price = line["base_price_money"]["amount"]
        total = money(price * int(line["quantity"]), self.currency)
        nothing = money(0, self.currency)
        return line | {
            "item_type": "ITEM",
            "variation_total_price_money": total,
            "gross_sales_money": total,
            "total_tax_money": nothing,
            "total_discount_money": nothing,
            "total_money": total,
            "total_service_charge_money": nothing,
        }


@dataclass(slots=True, kw_only=True)
class Link:
    """An address at which one order can be paid, once; it never lapses.

    Attributes:
        options: `checkout_options` as they were sent, and likewise the rest.
        declined: What the buyer reads of the last try.
    """

    id: str
    created: int
    order: str
    address: str
    options: Json | None = None
    prefilled: Json | None = None
    note: str | None = None
    declined: str | None = None

    @property
    def url(self) -> str:
        """Where the buyer pays."""
        return f"{self.address}/u/{self.id}"

    @property
    def back(self) -> str | None:
        """Where the buyer goes after that."""
        value: str | None = (self.options or {}).get("redirect_url")
        return value

    def render(self) -> Json:
        """As the API shows it."""
        return {
            "id": self.id,
            "version": 1,
            "order_id": self.order,
            "url": self.url,
            "long_url": f"{self.address}/checkout/{self.id}/order/{self.order}",
            "created_at": moment(self.created),
        } | given(
            checkout_options=self.options,
            pre_populated_data=self.prefilled,
            payment_note=self.note,
        )
