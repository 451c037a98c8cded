"""What all objects share."""

from datetime import UTC, datetime

from sandbox.base.common import Json


def moment(seconds: int) -> str:
    """Unix seconds as the API writes them, such as `2027-01-15T08:00:00.000Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def money(amount: int, currency: str) -> Json:
    """An amount in the smallest unit of its currency."""
    return {"amount": amount, "currency": currency}


def given(**values: object) -> Json:
    """The fields that have a value."""
    return {name: value for name, value in values.items() if value is not None}
