"""What Square's requests may say: names, lengths and words as the published document has them."""

from sandbox.base.common import Json
from sandbox.base.shapes import Flag, Many, Map, Misfit, Number, Object, Text, misfits
from sandbox.square.errors import ApiError, as_json

MONEY = Object(
    fields={"amount": Number(least=0), "currency": Text(shortest=3, longest=3)},
    required=("amount", "currency"),
)
_LINE = Object(
    fields={
        "uid": Text(longest=60),
        "name": Text(longest=512),
        "quantity": Text(longest=12, pattern=r"[1-9][0-9]*"),
        "note": Text(longest=2000),
        "base_price_money": MONEY,
    },
    required=("name", "quantity", "base_price_money"),
)
_ORDER = Object(
    fields={
        "location_id": Text(longest=50),
        "reference_id": Text(longest=40),
        "line_items": Many(of=_LINE, least=1, most=500),
        "metadata": Map(of=Text(longest=255), longest_key=60, most=10),
    },
    required=("location_id", "line_items"),
)
_METHODS = ("apple_pay", "google_pay", "cash_app_pay", "afterpay_clearpay")
LINK = Object(
    fields={
        "idempotency_key": Text(longest=192),
        "description": Text(longest=4096),
        "quick_pay": Object(
            fields={
                "name": Text(longest=255),
                "price_money": MONEY,
                "location_id": Text(longest=50),
            },
            required=("name", "price_money", "location_id"),
        ),
        "order": _ORDER,
        "checkout_options": Object(
            fields={
                "allow_tipping": Flag(),
                "redirect_url": Text(longest=2048, pattern=r"https?://\S+"),
                "merchant_support_email": Text(longest=256),
                "ask_for_shipping_address": Flag(),
                "accepted_payment_methods": Object(fields=dict.fromkeys(_METHODS, Flag())),
                "enable_coupon": Flag(),
                "enable_loyalty": Flag(),
            }
        ),
        "pre_populated_data": Object(
            fields={
                "buyer_email": Text(longest=256),
                "buyer_phone_number": Text(longest=17),
            }
        ),
        "payment_note": Text(longest=500),
    }
)
REFUND = Object(
    fields={
        "idempotency_key": Text(longest=45),
        "amount_money": MONEY,
        "payment_id": Text(longest=192),
        "reason": Text(longest=192),
        "payment_version_token": Text(longest=192),
    },
    required=("idempotency_key", "amount_money", "payment_id"),
)
_TIMES = Object(fields={"start_at": Text(longest=32), "end_at": Text(longest=32)})
_SOME = Many(of=Text(longest=100), most=100)
SEARCH = Object(
    fields={
        "cursor": Text(longest=256),
        "limit": Number(least=1),
        "query": Object(
            fields={
                "filter": Object(
                    fields={
                        "event_types": _SOME,
                        "merchant_ids": _SOME,
                        "location_ids": _SOME,
                        "created_at": _TIMES,
                    }
                ),
                "sort": Object(
                    fields={
                        "field": Text(longest=20, words=("DEFAULT",)),
                        "order": Text(longest=4, words=("ASC", "DESC")),
                    }
                ),
            }
        ),
    }
)
_SUBSCRIPTION = Object(
    fields={
        "name": Text(longest=64),
        "enabled": Flag(),
        "event_types": _SOME,
        "notification_url": Text(longest=2048, pattern=r"https?://\S+"),
        "api_version": Text(longest=20),
    }
)
SUBSCRIBE = Object(
    fields={"idempotency_key": Text(longest=45), "subscription": _SUBSCRIPTION},
    required=("subscription",),
)
CHANGE_SUBSCRIPTION = Object(fields={"subscription": _SUBSCRIPTION}, required=("subscription",))
KEYED = Object(fields={"idempotency_key": Text(longest=45)})

_MEANT = {
    "missing": ("MISSING_REQUIRED_PARAMETER", "Field must be set"),
    "unknown": ("UNEXPECTED_VALUE", "The local Square does not know this field"),
    "kind": ("INCORRECT_TYPE", "Field has another type"),
    "pattern": ("INVALID_VALUE", "Field has a value that is not possible"),
    "short": ("VALUE_TOO_SHORT", "Field must not be shorter, or less"),
    "long": ("VALUE_TOO_LONG", "Field must not be longer"),
    "word": ("INVALID_ENUM_VALUE", "Field is none of the known words"),
    "few": ("ARRAY_EMPTY", "Field must not be empty"),
    "many": ("ARRAY_LENGTH_TOO_LONG", "Field must have fewer entries"),
}


def check(body: Json, shape: Object) -> None:
    """Refuse a body that does not fit.

    Raises:
        ApiError: It does not; every misfit is named.
    """
    found = [_error(each) for each in misfits(body, shape)]
    if found:
        raise ApiError(400, found)


def _error(misfit: Misfit) -> Json:
    field = ""
    for part in misfit.pointer.split("/")[1:]:
        field += f"[{part}]" if part.isdecimal() else f".{part}"
    code, detail = _MEANT[misfit.wrong]
    return as_json(code, detail, field.removeprefix("."))
