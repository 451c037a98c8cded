"""Errors as Stripe's SDK raises them."""

from typing import Any

import stripe


def says(status: int | None, kind: type[stripe.StripeError] = stripe.APIError) -> Any:
    return kind("sk_test_secret", http_status=status)
