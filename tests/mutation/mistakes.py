"""The named mistakes themselves: what was wrong once, or must never be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A mistake.

    Attributes:
        name: What is wrong.
        file: Where.
        old: What stands there.
        new: What stands there instead.
        tests: Where it should be noticed.
    """

    name: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = (
    Mutant(
        name="signatures are not checked",
        file="payments/providers/stripe/webhook.py",
        old="if not any(signature.is_of(body, secret) for secret in secrets):",
        new="if False:",
        tests="tests/faces/web/test_cases_provider_webhooks.py "
        "tests/faces/web/test_provider_webhooks.py",
    ),
    Mutant(
        name="what surrounds the parts of a signature is not looked at",
        file="payments/providers/stripe/webhook.py",
        old="match = _PART.fullmatch(part)",
        new="match = _PART.search(part)",
        tests="tests/providers/stripe/test_signature.py",
    ),
    Mutant(
        name="a signature may have two times",
        file="payments/providers/stripe/webhook.py",
        old="if len(times) != 1 or _TIME",
        new="if not times or _TIME",
        tests="tests/providers/stripe/test_signature.py",
    ),
    Mutant(
        name="no unique key on the credit",
        file="migrations/versions/0001_first_books.py",
        old='"uq_transfers_one_purchase_each",\n        "transfers",\n'
        '        ["guild_id", "payment_id"],\n        unique=True,',
        new='"uq_transfers_one_purchase_each",\n        "transfers",\n'
        '        ["guild_id", "payment_id"],\n        unique=False,',
        tests="tests/store/test_engine.py",
    ),
    Mutant(
        name="the idempotency key of a checkout has a clock",
        file="payments/domain/values/payment_facts.py",
        old='return f"{self.id}:checkout:{self.attempt}"',
        new='return f"{self.id}:checkout:{object()}"  # an address, as good as a clock',
        tests="tests/unit/services/test_checkout.py",
    ),
    Mutant(
        name="the idempotency key of a refund has a clock",
        file="payments/domain/values/claims.py",
        old='return f"{self.id}:refund:{self.order.attempt if self.order else 1}"',
        new='return f"{self.id}:refund:{object()}"  # as above',
        tests="tests/providers/stripe/test_refund_answers.py "
        "tests/providers/stripe/test_refunds_once.py",
    ),
    Mutant(
        name="the token of a lease is ignored",
        file="payments/store/outbox/deliveries.py",
        old="                    deliveries.c.lease == claimed.lease,\n",
        new="",
        tests="tests/unit/notifications",
    ),
    Mutant(
        name="commits are not durable",
        file="payments/store/engine/database.py",
        old='"synchronous = FULL"',
        new='"synchronous = OFF"',
        tests="tests/store/test_engine.py",
    ),
    Mutant(
        name="points are rounded up",
        file="payments/domain/values/payment.py",
        old="return int(self.points * min(claimed, 1))",
        new="return int(-(-self.points * min(claimed, 1) // 1))",
        tests="tests/unit/domain",
    ),
    Mutant(
        name="anybody may moderate",
        file="bot/interaction/moderators.py",
        old="if not is_moderator(interaction, settings):",
        new="if False:",
        tests="tests/faces/discord/test_moderation.py tests/faces/discord/test_refunds.py",
    ),
    Mutant(
        name="a release forgets repaid debt",
        file="payments/domain/rules/reversal.py",
        old="                given += back\n",
        new="",
        tests="tests/unit/domain",
    ),
    Mutant(
        name="a new key after a call without an answer",
        file="payments/providers/stripe/calls.py",
        old="spent = error.http_status == SERVER_ERROR",
        new="spent = True",
        tests="tests/providers/stripe/test_refunds_once.py",
    ),
    Mutant(
        name="a refund goes out into a dispute",
        file="payments/services/refund_sending.py",
        old="if payment.is_disputed:",
        new="if False:",
        tests="tests/providers/stripe/test_refunds_once.py",
    ),
    Mutant(
        name="a payment is credited again when it is told again",
        file="payments/domain/rules/settlement.py",
        old="        and payment.credited_at is None\n",
        new="",
        tests="tests/unit/domain",
    ),
    Mutant(
        name="a purchase that was paid by another way brings its points again",
        file="payments/domain/rules/settlement.py",
        old="        and payment.paid_instead is None\n",
        new="",
        tests="tests/unit/domain/rules/test_ways_in_any_order.py",
    ),
    Mutant(
        name="an approval is captured although another way was paid",
        file="payments/domain/rules/provider_calls.py",
        old="if request.kind in _TAKING and payment.paid_instead is not None:",
        new="if False:",
        tests="tests/unit/domain/rules/test_ways_in_any_order.py",
    ),
    Mutant(
        name="a press on somebody else's page chooses a way to pay",
        file="webhooks/pages/choosing.py",
        old="    if not _is_from_our_page(request):\n        raise web.HTTPForbidden\n",
        new="",
        tests="tests/faces/web/test_choosing.py",
    ),
    Mutant(
        name="a slow look-up overwrites a later one",
        file="payments/commands/payments/apply_update.py",
        old="if update.seen != (known.version if known else 0):",
        new="if False:",
        tests="tests/unit/commands/payments/test_turning_round.py "
        "tests/providers/stripe/test_disputes.py",
    ),
    Mutant(
        name="a correction of the currency counts as money that came back",
        file="payments/providers/stripe/shares.py",
        old="elif each.reporting_category == REVERSAL and each.currency == currency and"
        " each.amount > 0:",
        new="elif each.amount > 0:",
        tests="tests/providers",
    ),
    Mutant(
        name="what was taken again is not counted",
        file="payments/providers/stripe/shares.py",
        old="taken, back, currency = -each.amount, 0, each.currency",
        new="taken, currency = -each.amount, each.currency",
        tests="tests/providers",
    ),
    Mutant(
        name="reversals that want the same points are looked at one by one",
        file="payments/domain/rules/linked_payments.py",
        old="near = _near(books, near) - found",
        new="near = set()",
        tests="tests/unit/domain",
    ),
    Mutant(
        name="a dispute takes a recipient's own points",
        file="payments/domain/rules/allocation.py",
        old="passed_on = [x for x in lots if x.account != claim.buyer and x.terms.payment == "
        "claim.payment]",
        new="passed_on = [x for x in lots if x.account != claim.buyer]",
        tests="tests/unit/domain/rules/test_whose_points.py",
    ),
    Mutant(
        name="an unknown status of a dispute holds nothing",
        file="payments/providers/stripe/reversal_updates.py",
        old="status=status or DisputeStatus.OPEN,",
        new="status=status or DisputeStatus.WON,",
        tests="tests/providers tests/providers/stripe/test_disputes.py",
    ),
    Mutant(
        name="amounts of two currencies are computed with",
        file="payments/commands/payments/apply_update.py",
        old="if update.share is None and not _is_measured_by(before, update):",
        new="if False:",
        tests="tests/unit/domain tests/providers/stripe/test_disputes.py tests/providers",
    ),
    Mutant(
        name="a limit covers amounts of any currency",
        file="payments/domain/values/money.py",
        old="return self.currency == amount.currency and amount.minor <= self.minor",
        new="return amount.minor <= self.minor",
        tests="tests/unit/domain/values/test_money.py tests/providers/stripe/test_refunds_once.py",
    ),
    Mutant(
        name="a refund for fraud reaches no further than any other",
        file="payments/domain/values/payment.py",
        old="each for each in standing if isinstance(each, Dispute) or self.is_fraud(each)",
        new="each for each in standing if isinstance(each, Dispute)",
        tests="tests/unit/domain/rules/test_reversal_of_fraud.py",
    ),
    Mutant(
        name="whose payment was refunded for fraud may buy at once",
        file="payments/domain/values/payment.py",
        old="return frozenset(lost | fraud)",
        new="return frozenset(lost)",
        tests="tests/unit/domain/rules/test_reversal_of_fraud.py "
        "tests/providers/stripe/test_disputes.py",
    ),
    Mutant(
        name="events of a time when nobody listened are not listed",
        file="payments/services/reconciliation.py",
        old="if until is None else later(until, -OVERLAP)",
        new="if until is None else later(now, -OVERLAP)",
        tests="tests/providers/stripe/test_watermark.py",
    ),
    Mutant(
        name="a refused key uses up a message's attempts",
        file="payments/services/inbox.py",
        old="await self._failures.postpone(inbox_event, str(error))",
        new="await self._failures.keep(inbox_event, str(error))",
        tests="tests/providers/stripe/test_key_access.py tests/unit/services/test_inbox.py",
    ),
    Mutant(
        name="a new database is readable by everybody",
        file="payments/store/engine/database.py",
        old='    event.listen(engine, "do_connect", functools.partial(_make_private, file))\n'
        '    event.listen(engine, "connect", _configure)\n'
        '    event.listen(engine, "connect", functools.partial(_keep_private, file))\n',
        new='    event.listen(engine, "connect", _configure)\n',
        tests="tests/unit/infra/test_private_files.py",
    ),
    Mutant(
        name="the database's errors say the values",
        file="payments/store/engine/error_texts.py",
        old='    event.listen(engine, "handle_error", _without_values)',
        new="    del engine",
        tests="tests/store/test_error_texts.py",
    ),
    Mutant(
        name="a masked link in a note stays one",
        file="bot/wording/escaping.py",
        old='"\\\\*_~|`[]<>"',
        new='"\\\\*_~|`<>"',
        tests="tests/unit/bot/wording/test_escaping.py",
    ),
    Mutant(
        name="an override of the direction stays in a name",
        file="payments/domain/values/written_text.py",
        old='_TURNS.sub("", words)',
        new="words",
        tests="tests/unit/bot/wording/test_escaping.py",
    ),
    Mutant(
        name="a moderator gives points to themselves",
        file="payments/commands/points/move.py",
        old="if self.actor == by_member(self.member) and not self.as_owner:\n"
        "            raise NeedsApproval(",
        new="if False:\n            raise NeedsApproval(",
        tests="tests/unit/commands/points/test_two_moderators.py",
    ),
    Mutant(
        name="a moderator refunds their own purchase",
        file="payments/commands/payments/refund.py",
        old="own = self.moderator == before.member and not self.as_owner",
        new="own = False",
        tests="tests/unit/commands/points/test_two_moderators.py",
    ),
    Mutant(
        name="something is changed before Discord took an answer",
        file="bot/features/undo/commands.py",
        old="        await acknowledge(interaction, private=False)\n"
        "        await self.bot.runner.rehearse(",
        new="        await self.bot.runner.run(self._undo(interaction, found))\n"
        "        await acknowledge(interaction, private=False)\n"
        "        await self.bot.runner.rehearse(",
        tests="tests/faces/discord/test_answer_first.py",
    ),
)
