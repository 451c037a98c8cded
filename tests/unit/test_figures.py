"""Figures that people, vendors or the operating of it rely on: each stands here a second time.

No test can wait for an hour, or for as many calls as it takes to see where the end is. So the
figures themselves are compared, with where they come from: whoever changes one changes it here too,
and in the documentation that names it.
"""

import importlib
from typing import Any

import pytest

from payments.domain.values.time import DAY, HOUR, MINUTE, SECOND
from payments.infra.outbound import Policy

DESIGN = {
    "payments.domain.values.guilds.MAX_POINTS": 10**12,
    "payments.domain.values.ledger.RESTORED_LIFE": 7 * DAY,
    "payments.services.checkout.CHECKOUT_LIFE": HOUR,
    "payments.commands.payments.inbox.MAX_ATTEMPTS": 12,
    "payments.commands.guild.settings.MAX_MATURITY": 365 * DAY,
    "payments.notifications.worker.MAX_ATTEMPTS": 3,
    "payments.notifications.worker.RETRY_AFTER": SECOND,
    "payments.notifications.worker.POSTPONE_FOR": DAY,
    "payments.notifications.worker.POSTPONE_AT_MOST": 5 * MINUTE,
    "payments.notifications.worker.LEASE": 15 * SECOND,
    "payments.notifications.worker.BEAT_SECONDS": 5.0,
    "payments.notifications.worker.OLDEST_ONE_IN": 10,
    "payments.services.reconciliation.PAUSE_SECONDS": 600,
    "payments.services.lookups.SETTLING": 5 * MINUTE,
    "payments.services.refunds.FEE_SECONDS": 1.0,
    "payments.runner.runner.MAX_BATCH": 256,
    "payments.notifications.subscribers.channel.DISABLED_AFTER": 3 * DAY,
}
"""What was decided, and stands in the documentation."""

STRIPE = {
    "payments.services.reconciliation.LISTED": 30 * DAY,  # events are kept for so long
    "payments.providers.stripe.event_listing.PAGE": 100,  # the most that a page may have
    "payments.providers.stripe.webhook.TOLERANCE": 300 * SECOND,
    "payments.providers.stripe.currencies.HIGHEST": 99_999_999,  # eight digits
    "payments.providers.stripe.calls.SERVER_ERROR": 500,
}
"""What Stripe's documentation says."""

DISCORD = {
    "payments.domain.values.answers.ANSWER_LIFE": 15 * MINUTE,  # the life of an interaction's token
    "payments.domain.values.guilds.MAX_PACKAGES": 25,  # the choices of an autocomplete
    "bot.ui.card.TEXT_LENGTH": 4000,  # of all text in a message with components
    "bot.features.setup.panel.PANEL_SECONDS": 840.0,  # within the token's life
}
"""What Discord's documentation says."""

DOOR = {
    "webhooks.provider_webhooks.MAX_BODY_BYTES": 1024 * 1024,
    "webhooks.server.failures.FAILURES": 30,
    "webhooks.server.failures.SECONDS": 60,
    "webhooks.server.server.SHUTDOWN_SECONDS": 5,
}
"""What a server is told to allow."""

FIGURES = DESIGN | STRIPE | DISCORD | DOOR


@pytest.mark.parametrize(("name", "value"), FIGURES.items(), ids=FIGURES.keys())
def test_a_figure_is_what_was_decided(name: str, value: Any) -> None:
    module, _, constant = name.rpartition(".")
    assert getattr(importlib.import_module(module), constant) == value


def test_calls_to_the_outside_have_one_policy() -> None:
    """Ten seconds, three attempts; five failures in a row open a breaker for half a minute."""
    assert Policy() == Policy(
        timeout_seconds=10,
        attempts=3,
        first_pause_seconds=0.5,
        longest_pause_seconds=5,
        failures_to_open=5,
        open_seconds=30,
    )
