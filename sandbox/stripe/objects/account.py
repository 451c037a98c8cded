"""The one account that the local Stripe has (Stripe: The Account object)."""

from sandbox.stripe.objects.common import Json


def render_account(account_id: str, created: int) -> Json:
    """The account as `GET /v1/account` shows it: ready to take payments."""
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {
            "mcc": "5816",
            "name": "Guildbank sandbox",
            "product_description": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": "US",
        "created": created,
        "default_currency": "usd",
        "details_submitted": True,
        "email": "owner@example.com",
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "total_count": 0,
            "url": f"/v1/accounts/{account_id}/external_accounts",
        },
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "dashboard": {"display_name": "Guildbank sandbox", "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": "SANDBOX"},
        },
        "type": "standard",
    }
