"""Which providers are on says which settings must be there."""

from pathlib import Path
from typing import Any

import pytest

from payments.infra.errors import SettingsWrong
from payments.infra.outbound import Outbound
from payments.infra.settings import Settings
from payments.providers.registry import PROVIDERS, build_providers, switched_on
from payments.providers.settings import load_settings
from tests.providers.tiny import tiny
from tests.providers.tiny.shop import TinyShop
from tests.support.environment import environment

__all__ = ["environment"]  # fixtures

KINDS = (*PROVIDERS, tiny(TinyShop()))
INIT = "`guildbank init` asks for all that must be set; or edit the environment or .env."


@pytest.fixture
def no_stripe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_SECRET_KEY")
    monkeypatch.delenv("STRIPE_WEBHOOK_SECRET")


def load(**given: Any) -> Settings:
    return load_settings((), kinds=KINDS, **given)


def wrong(**given: Any) -> str:
    with pytest.raises(SettingsWrong) as error:
        load(**given)
    return str(error.value)


@pytest.mark.usefixtures("no_stripe")
@pytest.mark.parametrize("written", [None, "", " , ", "stripe", "Stripe,"])
def test_without_a_choice_it_is_stripe_and_its_settings_must_be_there(
    written: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if written is not None:
        monkeypatch.setenv("PAYMENT_PROVIDERS", written)
    assert wrong() == f"STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are not set. {INIT}"


@pytest.mark.usefixtures("no_stripe")
def test_what_a_provider_needs_that_is_off_may_be_missing_or_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAYMENT_PROVIDERS", "tiny")
    assert wrong() == f"TINY_KEY is not set. {INIT}"
    monkeypatch.setenv("TINY_KEY", "mine")
    settings = load()
    assert [each.name for each in switched_on(settings, KINDS)] == ["tiny"]
    assert set(build_providers(settings, outbound=Outbound(), kinds=KINDS)) == {"tiny"}
    monkeypatch.setenv("STRIPE_SECRET_KEY", "pk_test_1")
    assert load().absent == frozenset()


def test_they_are_used_in_the_order_in_which_they_are_named() -> None:
    settings = load(payment_providers="tiny, stripe,tiny", tiny_key="mine")
    assert [each.name for each in switched_on(settings, KINDS)] == ["tiny", "stripe"]


@pytest.mark.usefixtures("no_stripe")
def test_a_name_that_no_provider_has_is_refused_with_those_that_there_are() -> None:
    """Nothing is said of Stripe's settings: it was not named."""
    said = "PAYMENT_PROVIDERS is wrong: must be names of payment providers, separated by commas: "
    names = ", ".join(each.name for each in KINDS)
    for written in ("papyal", "tiny,papyal"):
        assert wrong(payment_providers=written, tiny_key="mine") == (
            f"{said}{names}. Mend that in the environment or in the file .env."
        )


@pytest.mark.usefixtures("no_stripe")
def test_the_choice_is_read_from_the_file_as_all_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The working directory is the test's own."""
    Path(".env").write_text("PAYMENT_PROVIDERS=tiny\nTINY_KEY=mine\n", encoding="utf-8")
    assert [each.name for each in switched_on(load(), KINDS)] == ["tiny"]
    monkeypatch.setenv("PAYMENT_PROVIDERS", "stripe")
    assert "STRIPE_SECRET_KEY" in wrong()
