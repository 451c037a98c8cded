"""Taxes are off unless a service is named; then the settings are those of the services named."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from app.taxes import open_recording, open_taxes
from app.watching import Watching
from payments.infra.encryption import new_key
from payments.infra.errors import SettingsWrong
from payments.infra.settings import Settings
from payments.integrations.flags import Flags
from payments.integrations.tax.settings import WhenAway
from payments.providers.settings import load_settings
from payments.runner.observers.metrics import Metrics
from payments.services.taxes import NO_TAXES, Taxes
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite

STRIPE = {"stripe_secret_key": "sk_test_1", "stripe_webhook_secret": "whsec_1"}
PAYPAL = {
    "payment_providers": "paypal",
    "paypal_client_id": "id",
    "paypal_client_secret": "secret",
    "paypal_webhook_id": "WH",
}


def settings(**given: Any) -> Settings:
    usual = {"discord_token": "t", "guild_ids": "1", "encryption_keys": new_key()}
    return load_settings((), _env_file=None, **(usual | given))


@pytest.fixture
def opened(database: Database, clock: Time) -> Any:
    async def none(_: object) -> dict[str, str]:
        return {}

    def start(of: Settings) -> Taxes:
        watching = Watching(clock, Metrics(CollectorRegistry()))
        return open_taxes(of, watching, database, Flags({}, none), clock)

    return start


async def test_nothing_is_on_by_default(opened: Any, database: Database, clock: Time) -> None:
    taxes = opened(settings(**STRIPE))
    assert taxes is NO_TAXES
    assert open_recording(taxes, database, clock) is None


async def test_stripe_tax_takes_stripes_own_key_and_address(opened: Any) -> None:
    taxes = opened(settings(**STRIPE, tax_services="stripe"))
    assert list(taxes.services) == ["stripe"]
    assert taxes.when_away is WhenAway.REFUSE
    await taxes.close()


async def test_both_can_be_on_and_the_first_is_the_usual_one(
    opened: Any, database: Database, clock: Time
) -> None:
    given = {"stripe_tax_secret_key": "rk_test_1", "taxjar_token": "t"}
    taxes = opened(
        settings(**PAYPAL, **given, tax_services="taxjar, stripe", tax_when_away="last_rate")
    )
    assert list(taxes.services) == ["taxjar", "stripe"]
    assert taxes.when_away is WhenAway.LAST_RATE
    assert open_recording(taxes, database, clock) is not None
    await taxes.close()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tax_services": "stripe"}, "STRIPE_TAX_SECRET_KEY is not set"),
        ({"tax_services": "taxjar"}, "TAXJAR_TOKEN is not set"),
    ],
)
def test_a_key_that_is_missing_is_named(opened: Any, given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsWrong, match=words):
        opened(settings(**PAYPAL, **given))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tax_services": "avalara"}, "must be names of tax services, separated by commas"),
        ({"tax_services": "stripe", "tax_when_away": "guess"}, "must be refuse or last_rate"),
        (
            {"tax_services": "taxjar", "taxjar_api_url": "https://api.taxjar.com/v1"},
            "must be https://api.taxjar.com, or https://api.sandbox.taxjar.com",
        ),
        ({"tax_services": "stripe", "stripe_tax_secret_key": "pk_1"}, "begins with sk_ or rk_"),
    ],
)
def test_what_is_wrong_is_said_without_values(given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsWrong) as failure:
        settings(**STRIPE, **given)
    assert words in str(failure.value)
    assert "guess" not in str(failure.value)
