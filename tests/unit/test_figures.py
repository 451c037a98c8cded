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
    "payments.services.opening.CHECKOUT_LIFE": HOUR,
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
    "payments.commands.guild.subscribers.MAX_SUBSCRIBERS": 10,
    "payments.commands.payments.inbox.TRIES_OF_THE_GONE": 6,
    "payments.commands.payments.inbox.SOON": 2 * SECOND,
    "payments.domain.values.guilds.MAX_OPEN_CHECKOUTS": 25,
    "payments.domain.values.guilds.MAX_PURCHASES_PER_HOUR": 1000,
    "payments.domain.values.expiry_input.MAX_DAYS": 36_525,  # a century
    "payments.notifications.worker.POSTPONEMENTS": 250,
    "payments.services.fresh_lookup.LOOKS": 3,
    "payments.services.inbox.KEPT": 30 * DAY,
    "payments.services.inbox.LONG": DAY,
    "payments.services.lookups.CHECKOUT_LONGEST": 365 * DAY,
    "payments.services.lookups.INQUIRY_LONGEST": 180 * DAY,
    "payments.services.provider_access.REMEMBERED": 10 * MINUTE,
    "bot.features.transfers.commands.CONFIRM_ABOVE": 1000,
    "bot.features.stats.commands.PERIODS": (7, 30, 90, 365),
    "bot.ui.confirm.CONFIRM_SECONDS": 120.0,
}
"""What was decided, and stands in the documentation."""

STRIPE = {
    "payments.services.reconciliation.LISTED": 30 * DAY,  # events are kept for so long
    "payments.providers.stripe.event_listing.PAGE": 100,  # the most that a page may have
    "payments.providers.stripe.webhook.TOLERANCE": 300 * SECOND,
    "payments.providers.stripe.currencies.HIGHEST": 99_999_999,  # eight digits
    "payments.providers.stripe.calls.SERVER_ERROR": 500,
    "payments.providers.stripe.calls.BUSY": {409, 429},
    "payments.providers.stripe.object_listing.REFUND_TURNS": 30 * DAY,
    "payments.providers.stripe.object_listing.DISPUTE_TURNS": 365 * DAY,
}
"""What Stripe's documentation says."""

LENGTHS = {
    "payments.domain.sentences.sentence.QUOTED_LENGTH": 60,
    "payments.domain.values.guilds.NAME_LENGTH": 80,
    "payments.domain.values.money.AMOUNT_LENGTH": 32,
    "payments.domain.values.points_names.NAME_LENGTH": 24,
    "payments.domain.values.points_names.NAME_PARTS": 32,
    "payments.domain.values.points_names.SYMBOL_LENGTH": 8,
    "payments.domain.values.points_names.SYMBOL_PARTS": 12,
    "payments.domain.values.written_text.SPARE": 3,
    "payments.domain.values.written_text.MOST_MARKS": 4,
    "payments.commands.payments.refund.REASON_LENGTH": 200,
    "payments.commands.points.move.NOTE_LENGTH": 200,
    "payments.providers.stripe.reversal_updates.STATUS_LENGTH": 60,
}
"""How much a person may write, and how much of it is shown."""

PAUSES = {
    "payments.services.maintenance.TIMER_SECONDS": 5,
    "payments.services.maintenance.TIDY_SECONDS": 60,
    "payments.services.maintenance.SEAL_SECONDS": 2,
    "payments.services.maintenance.LOOK_SECONDS": 15,
    "payments.services.maintenance.PRUNE_SECONDS": 3600,
    "payments.services.provider_access.LOOK_SECONDS": 30.0,
    "payments.services.health.LIMIT_SECONDS": 2.0,
    "payments.services.health.FRESH_SECONDS": 2.0,
    "payments.services.health.AGAIN_SECONDS": 0.2,
    "payments.services.health.PROVIDER_FRESH_SECONDS": 60.0,
    "payments.services.health.PROVIDER_AGAIN_SECONDS": 2.0,
    "payments.services.health.STUCK_SECONDS": 10.0,
    "payments.notifications.worker.STOP_SECONDS": 4,
    "payments.infra.trusted_clock.ASK_AGAIN_SECONDS": 60.0,
    "payments.runner.lanes.PATIENCE_SECONDS": 10.0,
    "payments.runner.lanes.ALONE_MILLISECONDS": 200,
    "payments.runner.runner.GATHERING_SECONDS": 0.025,
    "payments.runner.runner.BATCH_SECONDS": 60.0,
}
"""How long the parts of the program wait; whoever watches it counts on that."""

PORTIONS = {
    "payments.services.lookups.PAGE": 100,
    "payments.services.lookups.AT_ONCE": 500,
    "payments.services.timers.AT_ONCE": 50,
    "payments.services.timers.BATCHES": 20,
    "payments.runner.lanes.LANES_AT_ONCE": 2,
    "payments.runner.lanes.MAX_BATCH": 256,
    "payments.runner.runner.IDLE_TURNS": 8,
    "payments.runner.runner.MAX_ROUNDS": 8,
    "payments.providers.stripe.event_listing.MOST": 2_000,
    "bot.features.account.history.LINES": 10,
    "bot.features.account.under_way.SHOWN": 5,
    "bot.features.audit.pages.LINES": 10,
    "bot.features.notices.commands.SHOWN": 5,
    "bot.features.notices.commands.LENGTH": 600,
    "bot.features.payments.pages.LINES": 10,
    "bot.features.refunds.quote.HOLDERS_SHOWN": 5,
    "bot.features.stats.commands.PACKAGES": 5,
}
"""How much is done or shown at a time: memory and the time of others are bounded by it."""

DISCORD = {
    "bot.ui.completion.MOST_CHOICES": 25,  # the choices of an autocomplete
    "bot.ui.completion.MOST_TYPED": 100,  # the characters of a choice
    "bot.features.refunds.commands.CHOICES": 25,
    "bot.features.setup.commands.CHOICES": 25,
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
    "webhooks.server.server.LINGERING_SECONDS": 1,
    "webhooks.server.server.KEEP_SECONDS": 75,
    "webhooks.server.server.READ_BYTES": 16 * 1024,
    "webhooks.provider_webhooks.SMALL_BODY_BYTES": 64 * 1024,
    "webhooks.provider_webhooks.KNOWN_SECONDS": 1.0,
    "webhooks.server.bodies.BUDGET_BYTES": 16 * 1024 * 1024,
    "webhooks.server.bodies.SMALL_BYTES": 64 * 1024,
    "webhooks.server.connection.HEAD_SECONDS": 10.0,
    "webhooks.server.connection.MOST_OF_HEAD": 32 * 1024,
    "webhooks.server.connections.RESERVED": 320,
    "webhooks.server.connections.MOST": 2048,
    "webhooks.server.connections.MOST_OF_ONE": 256,
    "webhooks.server.connections.FEWEST": 16,
    "webhooks.server.descriptors.ENOUGH": 16_384,
    "webhooks.server.failures.ADDRESSES": 10_000,
    "webhooks.server.listener.BACKLOG": 1024,
    "webhooks.server.listener.AT_ONCE": 32,
    "webhooks.server.listener.RECEIVE_BYTES": 32 * 1024,
    "webhooks.server.listener.PAUSE_SECONDS": 0.1,
}
"""What a server is told to allow."""

FIGURES = DESIGN | LENGTHS | PAUSES | PORTIONS | STRIPE | DISCORD | DOOR


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
