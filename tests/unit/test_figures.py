"""Figures that people, vendors or the operating of it rely on: each stands here a second time.

No test can wait for an hour, or for as many calls as it takes to see where the end is. So the
figures themselves are compared, with where they come from: whoever changes one changes it here too,
and in the documentation that names it.
"""

import importlib
from typing import Any

import pytest

from payments.domain.time import DAY, HOUR, MINUTE, SECOND
from payments.outside import Policy

DESIGN = {
    "payments.domain.guilds.MAX_POINTS": 10**12,
    "payments.domain.ledger.RESTORED_LIFE": 7 * DAY,
    "payments.buying.CHECKOUT_LIFE": HOUR,
    "payments.commands.provider_event.MAX_ATTEMPTS": 12,
    "payments.commands.settings.MAX_MATURITY": 365 * DAY,
    "payments.queue.worker.MAX_ATTEMPTS": 3,
    "payments.queue.worker.RETRY_AFTER": SECOND,
    "payments.queue.worker.POSTPONE_FOR": DAY,
    "payments.queue.worker.POSTPONE_AT_MOST": 5 * MINUTE,
    "payments.queue.worker.LEASE": 15 * SECOND,
    "payments.queue.worker.BEAT_SECONDS": 5.0,
    "payments.queue.worker.OLDEST_ONE_IN": 10,
    "payments.reconciliation.PAUSE_SECONDS": 600,
    "payments.look_ups.SETTLING": 5 * MINUTE,
    "payments.refunding.FEE_SECONDS": 1.0,
    "payments.runner.MAX_BATCH": 256,
    "payments.subscribers.channel.DISABLED_AFTER": 3 * DAY,
}
"""What was decided, and stands in the documentation."""

STRIPE = {
    "payments.reconciliation.LISTED": 30 * DAY,  # events are kept for so long
    "payments.providers.stripe.listing.PAGE": 100,  # the most that a page may have
    "payments.providers.stripe.door.TOLERANCE": 300 * SECOND,
    "payments.providers.stripe.currencies.HIGHEST": 99_999_999,  # eight digits
    "payments.providers.stripe.calls.SERVER_ERROR": 500,
}
"""What Stripe's documentation says."""

DISCORD = {
    "payments.domain.answers.ANSWER_LIFE": 15 * MINUTE,  # the life of an interaction's token
    "payments.domain.guilds.MAX_PACKAGES": 25,  # the choices of an autocomplete
    "bot.views.card.TEXT_LENGTH": 4000,  # of all text in a message with components
    "bot.views.setup.PANEL_SECONDS": 840.0,  # within the token's life
}
"""What Discord's documentation says."""

DOOR = {
    "webhooks.door.MAX_BODY_BYTES": 1024 * 1024,
    "webhooks.failures.FAILURES": 30,
    "webhooks.failures.SECONDS": 60,
    "webhooks.server.SHUTDOWN_SECONDS": 5,
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
