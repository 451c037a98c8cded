"""What the local PayPal is asked; each answer is held to the published documents."""

import base64
from typing import Any

from aiohttp import ClientSession

from tests.support.paypal_schema import PayPalSchema

CLIENT, SECRET = "client", "secret"
ORDERS = "/v2/checkout/orders"
CAPTURES = "/v2/payments/captures"
WEBHOOKS = "/v1/notifications/webhooks"
EVENTS = "/v1/notifications/webhooks-events"
DISPUTES = "/v1/customer/disputes"
VERIFY = "/v1/notifications/verify-webhook-signature"

Answer = tuple[int, Any]
"""The status and the object."""


def order(
    value: str = "4.99", currency: str = "USD", *, intent: str = "CAPTURE", **unit: Any
) -> dict[str, Any]:
    """A good order, with more of its purchase unit."""
    return {
        "intent": intent,
        "purchase_units": [
            {
                "amount": {"currency_code": currency, "value": value},
                "description": "500 points",
                "custom_id": "payment-1",
                **unit,
            }
        ],
        "payment_source": {
            "paypal": {
                "experience_context": {
                    "return_url": "https://example.com/done",
                    "cancel_url": "https://example.com/back",
                    "user_action": "PAY_NOW",
                    "shipping_preference": "NO_SHIPPING",
                }
            }
        },
    }


def issues(answer: Answer) -> tuple[int, list[str]]:
    """The status of a refusal, and why."""
    status, body = answer
    return status, [each["issue"] for each in body["details"]]


class Asking:
    """A client of the local PayPal.

    Attributes:
        whole: Whether whole objects are preferred.
    """

    def __init__(self, url: str, schema: PayPalSchema | None) -> None:
        self._http = ClientSession(base_url=url)
        self._schema = schema
        self._keys = 0
        self.token = ""
        self.whole = True

    async def __call__(
        self, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Answer:
        """Ask something; each POST has a key of its own unless one is given."""
        self._keys += 1
        headers = {"Authorization": f"Bearer {self.token}"}
        if method == "POST":
            headers["PayPal-Request-Id"] = key or f"key-{self._keys}"
        if self.whole:
            headers["Prefer"] = "return=representation"
        async with self._http.request(method, path, json=body, headers=headers) as response:
            assert response.headers["Paypal-Debug-Id"]
            answer = None if response.status == 204 else await response.json()
            if self._schema is not None:
                asked = path.partition("?")[0]
                wrong = self._schema.answered(method, asked, response.status, answer)
                assert wrong == [], (answer, wrong)
            return response.status, answer

    async def log_in(self, client: str = CLIENT, secret: str = SECRET) -> Answer:
        """Ask for a token, and use it from now on."""
        basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
        async with self._http.post(
            "/v1/oauth2/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
        ) as response:
            answer = await response.json()
            self.token = answer.get("access_token", "")
            return response.status, answer

    async def close(self) -> None:
        """Ask no more."""
        await self._http.close()

    async def ordered(self, body: dict[str, Any] | None = None) -> Any:
        """A new order."""
        status, made = await self("POST", ORDERS, order() if body is None else body)
        assert status == 201, made
        return made

    async def captured(self, order_id: str) -> Any:
        """The capture of an approved order."""
        status, made = await self("POST", f"{ORDERS}/{order_id}/capture", {})
        assert status == 201, made
        return made["purchase_units"][0]["payments"]["captures"][0]
