"""What PayPal's requests may say: names, lengths and words as the published documents have them."""

from sandbox.base.common import Json
from sandbox.base.shapes import Anything, Flag, Many, Misfit, Object, Shape, Text, misfits
from sandbox.paypal.errors import ISSUES, ApiError

_AMOUNT = r"(-?[0-9]+)|(-?([0-9]+)?[.][0-9]+)"
_LANGUAGE = r"[a-z]{2}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
_ADDRESS = Text(longest=4_000, pattern=r"https?://[^\s/]+\S*")

MONEY = Object(
    fields={
        "currency_code": Text(shortest=3, longest=3),
        "value": Text(longest=32, pattern=_AMOUNT),
    },
    required=("currency_code", "value"),
)
BREAKDOWN = (
    *("item_total", "shipping", "handling", "tax_total", "insurance"),
    *("shipping_discount", "discount"),
)
DEDUCTED = frozenset({"shipping_discount", "discount"})

_CONTEXT: dict[str, Shape] = {
    "brand_name": Text(longest=127),
    "locale": Text(shortest=2, longest=10, pattern=_LANGUAGE),
    "return_url": _ADDRESS,
    "cancel_url": _ADDRESS,
    "user_action": Text(longest=8, words=("CONTINUE", "PAY_NOW")),
    "shipping_preference": Text(
        longest=24, words=("GET_FROM_FILE", "NO_SHIPPING", "SET_PROVIDED_ADDRESS")
    ),
}
_WALLET_CONTEXT = Object(
    fields=_CONTEXT
    | {
        "landing_page": Text(longest=13, words=("LOGIN", "GUEST_CHECKOUT", "NO_PREFERENCE")),
        "payment_method_preference": Text(
            longest=255, words=("UNRESTRICTED", "IMMEDIATE_PAYMENT_REQUIRED")
        ),
    }
)
_OLD_CONTEXT = Object(
    fields=_CONTEXT
    | {"landing_page": Text(longest=13, words=("LOGIN", "BILLING", "NO_PREFERENCE"))}
)
_ITEM = Object(
    fields={
        "name": Text(longest=127),
        "quantity": Text(longest=10, pattern=r"[1-9][0-9]{0,9}"),
        "description": Text(longest=127),
        "sku": Text(longest=127),
        "category": Text(longest=20, words=("DIGITAL_GOODS", "PHYSICAL_GOODS", "DONATION")),
        "unit_amount": MONEY,
        "tax": MONEY,
    },
    required=("name", "quantity", "unit_amount"),
)
_UNIT = Object(
    fields={
        "reference_id": Text(longest=256),
        "amount": Object(
            fields={
                **MONEY.fields,
                "breakdown": Object(fields=dict.fromkeys(BREAKDOWN, MONEY)),
            },
            required=MONEY.required,
        ),
        "description": Text(longest=127),
        "custom_id": Text(longest=127),
        "invoice_id": Text(longest=127),
        "soft_descriptor": Text(longest=22),
        "items": Many(of=_ITEM, most=100),
    },
    required=("amount",),
)
ORDER = Object(
    fields={
        "intent": Text(longest=9, words=("CAPTURE", "AUTHORIZE")),
        "purchase_units": Many(of=_UNIT, least=1, most=1),
        "payment_source": Object(
            fields={
                "paypal": Object(
                    fields={
                        "experience_context": _WALLET_CONTEXT,
                        "email_address": Text(shortest=3, longest=254, pattern=r"\S+@\S+"),
                    }
                )
            }
        ),
        "application_context": _OLD_CONTEXT,
    },
    required=("intent", "purchase_units"),
)
"""Several purchase units, and sources other than a wallet, are refused: nothing here has them."""

NOTHING = Object(fields={})
REFUND = Object(
    fields={
        "amount": MONEY,
        "custom_id": Text(longest=127, pattern=r"[A-Za-z0-9-_.,]*"),
        "invoice_id": Text(longest=127),
        "note_to_payer": Text(longest=255),
    }
)
CAPTURE_AUTHORIZED = Object(
    fields={
        "amount": MONEY,
        "invoice_id": Text(longest=127),
        "final_capture": Flag(),
        "note_to_payer": Text(longest=255),
    }
)
_TYPE = Object(fields={"name": Text(longest=50)}, required=("name",))
WEBHOOK = Object(
    fields={"url": Text(longest=2048), "event_types": Many(of=_TYPE, least=1, most=500)},
    required=("url", "event_types"),
)
RESEND = Object(fields={"webhook_ids": Many(of=Text(longest=50), most=500)})
VERIFY = Object(
    fields={
        "auth_algo": Text(longest=100),
        "cert_url": Text(longest=500),
        "transmission_id": Text(longest=50),
        "transmission_sig": Text(longest=500),
        "transmission_time": Text(longest=100),
        "webhook_id": Text(longest=50),
        "webhook_event": Anything(),
    },
    required=(
        *("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time"),
        *("webhook_id", "webhook_event"),
    ),
)

_MEANT = {
    "missing": "MISSING_REQUIRED_PARAMETER",
    "unknown": "INVALID_PARAMETER_SYNTAX",
    "kind": "INVALID_PARAMETER_SYNTAX",
    "pattern": "INVALID_PARAMETER_SYNTAX",
    "short": "INVALID_STRING_LENGTH",
    "long": "INVALID_STRING_LENGTH",
    "word": "INVALID_PARAMETER_VALUE",
    "few": "INVALID_ARRAY_MIN_ITEMS",
    "many": "INVALID_ARRAY_MAX_ITEMS",
}


def check(body: Json, shape: Object) -> None:
    """Refuse a body that does not fit.

    Raises:
        ApiError: It does not; every misfit is named.
    """
    found = [_detail(each) for each in misfits(body, shape)]
    if found:
        raise ApiError(400, found)


def _detail(misfit: Misfit) -> Json:
    code = _MEANT[misfit.wrong]
    detail: Json = {
        "field": misfit.pointer,
        "location": "body",
        "issue": code,
        "description": ISSUES[code][1],
    }
    if misfit.value is not None:
        detail["value"] = str(misfit.value)
    return detail
