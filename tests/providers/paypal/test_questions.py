"""PayPal's part of `guildbank init`: the key is tried at once, and the webhook made."""

import asyncio
from collections.abc import Mapping

import pytest

from payments.infra.asking import AnswerRefused, Questions
from payments.providers.paypal.events import USED
from payments.providers.paypal.questions import PayPalQuestions
from payments.providers.paypal.settings import LIVE, SANDBOX
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from tests.faces.command_line.init.conftest import Script, Scripted
from tests.providers.paypal.shop import CLIENT, SECRET

DOOR = "https://bank.example/webhooks/paypal"
KEY: Script = [("Client ID", CLIENT), ("Secret", SECRET)]


async def asked(
    script: Script, api_url: str | None, present: Mapping[str, str] | None = None
) -> tuple[dict[str, str], str]:
    """All settings that are answered, and what was told."""
    asker = Scripted(list(script))
    questions = PayPalQuestions(Questions(asker, present or {}), api_url)

    def answers() -> dict[str, str]:
        return questions.account() | questions.door(DOOR)

    found = await asyncio.to_thread(answers)
    assert asker.script == []
    return found, asker.words


async def test_the_webhook_is_made_with_all_that_is_needed(local: LocalPayPal) -> None:
    found, words = await asked([*KEY, ("Have PayPal send", True)], local.url)
    [(id_, webhook)] = local.state.webhooks.items()
    assert found == {
        "PAYPAL_CLIENT_ID": CLIENT,
        "PAYPAL_CLIENT_SECRET": SECRET,
        "PAYPAL_WEBHOOK_ID": id_,
    }
    assert (webhook.url, set(webhook.types)) == (DOOR, set(USED))
    assert "sandbox, no real money moves" in words
    assert SECRET not in words


async def test_one_that_is_there_is_completed_and_known_ids_stay(local: LocalPayPal) -> None:
    there = local.add_webhook(DOOR, sorted(USED)[:2])
    script = [*KEY, ("Have PayPal send", True)]
    found, _ = await asked(script, local.url, {"PAYPAL_WEBHOOK_ID": f"OLD1,{there.id}"})
    assert found["PAYPAL_WEBHOOK_ID"] == f"{there.id},OLD1"
    assert set(local.state.webhooks[there.id].types) == set(USED)
    assert len(local.state.webhooks) == 1


async def test_a_key_that_is_refused_is_asked_for_again(local: LocalPayPal) -> None:
    wrong: Script = [("Client ID", "b c"), ("Client ID", CLIENT), ("Secret", "wrong")]
    script = [*wrong, *KEY, ("Have PayPal send", False), ("Webhook ID", "7AB")]
    found, words = await asked(script, local.url)
    assert found["PAYPAL_WEBHOOK_ID"] == "7AB"
    assert "That is no client ID." in words
    assert "PayPal refuses this key." in words


async def test_if_paypal_is_away_the_answer_may_count_nevertheless(local: LocalPayPal) -> None:
    local.faults.add(Fault(kind="drop", times=99))
    script = [
        *KEY,
        ("without a look", False),
        *KEY,
        ("without a look", True),
        ("Have PayPal send", True),
        ("Webhook ID", ""),
    ]
    found, words = await asked(script, local.url)
    assert found["PAYPAL_WEBHOOK_ID"] == ""
    assert "The webhooks at PayPal cannot be looked at." in words
    assert "write it into the file before you start" in words


async def test_an_app_without_a_feature_is_named(local: LocalPayPal) -> None:
    local.faults.add(Fault(kind="error", status=403, path="/v1/customer/disputes*", times=1))
    script = [*KEY, ("as it is", True), ("Have PayPal send", False), ("Webhook ID", "7AB")]
    _, words = await asked(script, local.url)
    assert "The app lacks: Customer disputes." in words


async def test_a_key_of_the_sandbox_brings_the_sandboxs_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is tried at Live first; the file then says where it belongs."""
    tried = []

    async def lacking(self: object) -> list[str]:
        tried.append(self._api_url)  # type: ignore[attr-defined]
        if tried[-1] == LIVE:
            raise AnswerRefused("PayPal refuses this key.")
        return []

    monkeypatch.setattr("payments.providers.paypal.questions.PayPalLooks.lacking", lacking)
    script = [*KEY, ("Have PayPal send", False), ("Webhook ID", "7AB")]
    found, _ = await asked(script, None)
    assert (tried, found["PAYPAL_API_URL"]) == ([LIVE, SANDBOX], SANDBOX)


def test_what_paypal_cannot_reach() -> None:
    questions = PayPalQuestions(Questions(Scripted([]), {}), None)
    assert questions.is_out_of_reach("http://127.0.0.1:8080")
    assert not questions.is_out_of_reach("https://bank.example")
    at_home = PayPalQuestions(Questions(Scripted([]), {}), "http://127.0.0.1:9")
    assert not at_home.is_out_of_reach("http://127.0.0.1:8080")
