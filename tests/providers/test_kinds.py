"""What each provider brings of its own, and how the settings are composed of it."""

import re
import subprocess
import sys
from typing import Any

import pytest
from pydantic import BaseModel, field_validator

from payments.infra.outbound import Outbound
from payments.infra.settings import Settings
from payments.infra.settings_parts import composed, part_of
from payments.providers.kind import ProviderKind
from payments.providers.registry import PROVIDERS, build_providers
from payments.providers.settings import settings_model
from payments.providers.stripe.settings import StripeSettings
from tests.support.environment import environment

__all__ = ["environment"]  # fixtures


@pytest.mark.parametrize("kind", PROVIDERS, ids=lambda each: each.name)
def test_a_new_file_of_settings_asks_for_all_that_a_provider_must_have(kind: ProviderKind) -> None:
    asked = {name.lower() for name in re.findall(r"^([A-Z_]+)=", kind.template, re.MULTILINE)}
    assert asked == {
        name for name, field in kind.settings.model_fields.items() if field.is_required()
    }
    assert kind.webhook_settings <= set(kind.settings.model_fields)


@pytest.mark.parametrize("kind", PROVIDERS, ids=lambda each: each.name)
async def test_a_provider_has_the_name_and_title_of_its_kind(kind: ProviderKind) -> None:
    settings = settings_model((kind,))(**_some(kind))
    [(name, provider)] = build_providers(settings, outbound=Outbound(), kinds=[kind]).items()
    assert (name, provider.name, provider.title) == (kind.name, kind.name, kind.title)
    await provider.close()


def _some(kind: ProviderKind) -> dict[str, Any]:
    """Settings that a provider is built with."""
    return {
        "stripe": {"stripe_secret_key": "sk_test_1", "stripe_webhook_secret": "whsec_1"},
        "paypal": {
            "paypal_client_id": "client",
            "paypal_client_secret": "secret",
            "paypal_webhook_id": "5GP028458E2496506",
        },
        "square": {
            "square_access_token": "token",
            "square_location_id": "L1",
            "square_currency": "USD",
            "square_webhook_signature_key": "key",
        },
        "discord_skus": {},
    }[kind.name]


def test_two_parts_cannot_have_settings_or_checks_of_one_name() -> None:
    """One of them would go unnoticed, and what it checks would pass."""

    class Other(BaseModel):
        stripe_secret_key: str

    class Checked(BaseModel):
        other_key: str

        @field_validator("other_key")
        @classmethod
        def _check_stripe_key(cls, value: str) -> str:
            return value

    for part, name in ((Other, "stripe_secret_key"), (Checked, "_check_stripe_key")):
        with pytest.raises(ValueError, match=f"settings with one name: {name}"):
            composed([StripeSettings, part])


def test_settings_are_read_as_a_part_only_with_that_part() -> None:
    class Other(BaseModel):
        other: str = ""

    without = composed([Other])
    assert issubclass(without, Settings)
    assert "stripe_secret_key" not in without.model_fields
    settings = without()
    assert part_of(settings, Other).other == ""
    with pytest.raises(TypeError, match="composed without StripeSettings"):
        part_of(settings, StripeSettings)


def test_a_providers_library_is_imported_only_when_it_is_used() -> None:
    """Each command of the command line reads the settings, and most need no provider."""
    look = (
        "import sys, payments.providers.settings; "
        "print({'stripe', 'payments.providers.paypal.provider', "
        "'payments.providers.discord_skus.provider', "
        "'payments.integrations.tax.stripe_tax.service', "
        "'payments.integrations.tax.taxjar.service'} & set(sys.modules))"
    )
    said = subprocess.run(  # noqa: S603 - as written above
        [sys.executable, "-c", look], check=True, capture_output=True, text=True, timeout=60
    )
    assert said.stdout.strip() == "set()"
