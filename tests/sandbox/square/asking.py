"""What the local Square is asked; each answer is held to the published document."""

from typing import Any

from aiohttp import ClientSession

from tests.support.square_schema import SquareSchema

TOKEN, KEY, LOCATION = "token", "key", "LOCATION"
LINKS = "/v2/online-checkout/payment-links"
REFUNDS, PAYMENTS, DISPUTES = "/v2/refunds", "/v2/payments", "/v2/disputes"
SUBSCRIPTIONS = "/v2/webhooks/subscriptions"

Answer = tuple[int, Any]
"""The status and the object."""


def link(amount: int = 499, currency: str = "USD", **more: Any) -> dict[str, Any]:
    """A good request for a link, with more of its order."""
    return {
        "order": {
            "location_id": LOCATION,
            "reference_id": "payment-1",
            "line_items": [
                {
                    "name": "500 points",
                    "quantity": "1",
                    "base_price_money": {"amount": amount, "currency": currency},
                }
            ],
            **more,
        },
        "checkout_options": {"redirect_url": "https://example.com/done", "allow_tipping": False},
    }


def refund(payment: str, amount: int, *, key: str = "refund-1", **more: Any) -> dict[str, Any]:
    """A good request for a refund."""
    money = {"amount": amount, "currency": "USD"}
    return {"idempotency_key": key, "payment_id": payment, "amount_money": money, **more}


def codes(answer: Answer) -> tuple[int, list[str]]:
    """The status of a refusal, and why."""
    status, body = answer
    return status, [each["code"] for each in body["errors"]]


class Asking:
    """A client of the local Square."""

    def __init__(self, url: str, schema: SquareSchema | None) -> None:
        self._http = ClientSession(base_url=url)
        self._schema = schema
        self.token = TOKEN

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask something; words of header names are joined by `_`."""
        whole = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        async with self._http.request(method, path, json=body, headers=whole) as response:
            answer = await response.json()
            if self._schema is not None:
                wrong = self._schema.answered(method, path.partition("?")[0], answer)
                assert wrong == [], (answer, wrong)
            return response.status, answer

    async def linked(self, body: dict[str, Any] | None = None) -> Any:
        """A new payment link."""
        status, made = await self("POST", LINKS, link() if body is None else body)
        assert status == 200, made
        return made["payment_link"]

    async def close(self) -> None:
        """Ask no more."""
        await self._http.close()
