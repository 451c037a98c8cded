"""An address of a provider's own that is neither live nor the sandbox is no address for tests."""

from pathlib import Path
from typing import Any

import pytest

from payments.infra.errors import SettingsWrong
from payments.infra.settings import load_addresses
from payments.providers.paypal import PAYPAL_KIND
from payments.providers.paypal import settings as paypal
from payments.providers.settings import load_settings
from payments.providers.square import SQUARE_KIND
from payments.providers.square import settings as square

PAYPAL: dict[str, Any] = {
    "paypal_client_id": "a",
    "paypal_client_secret": "b",
    "paypal_webhook_id": "7AB",
}
SQUARE: dict[str, Any] = {
    "square_access_token": "a",
    "square_location_id": "L1",
    "square_currency": "EUR",
    "square_webhook_signature_key": "k",
}
OTHERS = [
    ("paypal", "https://api.paypal.com"),
    ("paypal", "https://API.PayPal.com/"),
    ("paypal", "https://api.sandbox.paypal.com"),
    ("paypal", "https://paypal.com"),
    ("paypal", "https://api-m.paypal.com."),
    ("paypal", "https://api-m.paypal.com/v2"),
    ("paypal", "http://api-m.paypal.com"),
    ("square", "https://squareup.com"),
    ("square", "https://pci-connect.squareup.com"),
    ("square", "https://squareupsandbox.com"),
    ("square", "http://connect.squareupsandbox.com"),
]


def load(name: str, url: str) -> None:
    """Load the settings of one provider whose API is at an address."""
    kind, needed = {"paypal": (PAYPAL_KIND, PAYPAL), "square": (SQUARE_KIND, SQUARE)}[name]
    given = {"payment_providers": name, **needed, f"{name}_api_url": url}
    load_settings((), kinds=(kind,), _env_file=None, **given)


@pytest.mark.parametrize(("name", "url"), OTHERS)
def test_another_address_of_the_providers_own_is_refused(name: str, url: str) -> None:
    own = {"paypal": paypal, "square": square}[name]
    words = f"{name.upper()}_API_URL is wrong: must be {own.LIVE}, or {own.SANDBOX} for the sandbox"
    with pytest.raises(SettingsWrong) as wrong:
        load(name, url)
    assert f"{words}." in str(wrong.value)


@pytest.mark.parametrize(("name", "url"), OTHERS)
def test_nor_does_init_take_it(name: str, url: str, tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text(f"{name.upper()}_API_URL={url}\n")
    model = {"paypal": paypal.PayPalAddresses, "square": square.SquareAddresses}[name]
    with pytest.raises(SettingsWrong, match="for the sandbox"):
        load_addresses(model, file)


@pytest.mark.parametrize(
    ("name", "url", "live"),
    [
        ("paypal", "https://api-m.paypal.com/", True),
        ("paypal", "https://API-M.PAYPAL.COM:443", True),
        ("paypal", "https://api-m.sandbox.paypal.com", False),
        ("paypal", "http://127.0.0.1:9000", False),
        ("paypal", "https://paypal.example", False),
        ("paypal", "https://notpaypal.com", False),
        ("square", "https://connect.squareup.com", True),
        ("square", "https://connect.squareupsandbox.com/", False),
        ("square", "http://localhost:9000", False),
    ],
)
def test_what_is_live_is_known(name: str, url: str, *, live: bool) -> None:
    if name == "paypal":
        at = paypal.PayPalSettings(**PAYPAL, paypal_api_url=url)
        assert paypal.is_live(at.paypal_server) is live
    else:
        sold = square.SquareSettings(**SQUARE, square_api_url=url)
        assert square.is_live(sold.square_server) is live
