"""What buyers, their banks and PayPal do with a dispute."""

from sandbox.base.common import NotPossible
from sandbox.paypal.acts import payments
from sandbox.paypal.objects.common import moment
from sandbox.paypal.objects.dispute import (
    BUYER_WINS,
    CHANNELS,
    OUTCOMES,
    REASONS,
    STAGES,
    TALKED_OVER,
    Dispute,
)
from sandbox.paypal.objects.event import Event
from sandbox.paypal.state import State


def open_dispute(
    state: State,
    target: str,
    *,
    minor: int | None = None,
    reason: str = "UNAUTHORISED",
    stage: str | None = None,
    channel: str = "INTERNAL",
) -> Dispute:
    """Open a dispute as the buyer, or as their bank if the channel is `EXTERNAL`.

    Args:
        state: What the local PayPal knows.
        target: The id of a capture, or of its order.
        minor: How much, in minor units; the whole capture if it is not said.
        reason: In PayPal's words.
        stage: `INQUIRY`, where buyer and seller talk, or `CHARGEBACK`; as the reason has it if it
            is not said.
        channel: A bank's dispute takes the money at once.

    Raises:
        NotPossible: There is no such money, or the words do not go together.
    """
    capture = state.capture(target)
    amount = capture.amount.minor if minor is None else minor
    first = "INQUIRY" if reason in TALKED_OVER and channel == "INTERNAL" else "CHARGEBACK"
    began = stage or first
    _check_words(reason, began, channel)
    if not capture.arrived or not 0 < amount <= capture.amount.minor:
        raise NotPossible(f"{capture.id} has no {amount} to be disputed")
    dispute = Dispute(
        id=state.ids.dispute(),
        api=state.address,
        created=state.now(),
        updated=state.now(),
        capture=capture.id,
        amount=capture.amount.of(amount),
        reason=reason,
        stage=began,
        channel=channel,
        status="OPEN" if began == "INQUIRY" else "WAITING_FOR_SELLER_RESPONSE",
    )
    state.disputes[dispute.id] = dispute
    if channel == "EXTERNAL" and began != "INQUIRY":
        _take(state, dispute)
    state.emit_dispute("CUSTOMER.DISPUTE.CREATED", dispute)
    return dispute


def _check_words(reason: str, stage: str, channel: str) -> None:
    _check_word(reason, REASONS)
    _check_word(stage, STAGES)
    _check_word(channel, CHANNELS)
    if stage == "INQUIRY" and reason not in TALKED_OVER:
        raise NotPossible(f"nobody talks over {reason}: it is a claim from the beginning")


def escalate(state: State, dispute_id: str) -> Event | None:
    """Make a claim of an inquiry.

    Raises:
        NotPossible: It is no open inquiry.
    """
    dispute = _undecided(state, dispute_id)
    if dispute.stage != "INQUIRY":
        raise NotPossible(f"{dispute_id} is in the stage {dispute.stage}")
    dispute.stage, dispute.status = "CHARGEBACK", "WAITING_FOR_SELLER_RESPONSE"
    return _updated(state, dispute)


def answer(state: State, dispute_id: str) -> Event | None:
    """Answer as the seller: PayPal looks at it.

    Raises:
        NotPossible: It is decided.
    """
    dispute = _undecided(state, dispute_id)
    dispute.status = "UNDER_REVIEW"
    return _updated(state, dispute)


def ask(state: State, dispute_id: str, status: str) -> Event | None:
    """Let PayPal wait for the buyer or the seller, or any other status.

    Raises:
        NotPossible: It is decided.
    """
    dispute = _undecided(state, dispute_id)
    dispute.status = status
    return _updated(state, dispute)


def resolve(
    state: State, dispute_id: str, outcome: str, *, seller_pays: bool = True
) -> Event | None:
    """Decide a dispute.

    Args:
        state: What the local PayPal knows.
        dispute_id: An open one.
        outcome: In PayPal's words, such as `RESOLVED_BUYER_FAVOUR`.
        seller_pays: For `RESOLVED_WITH_PAYOUT`: whether it is the seller's money that the buyer
            gets; else it is PayPal's.

    Raises:
        NotPossible: It is decided, or there is no such outcome.
    """
    dispute = _undecided(state, dispute_id)
    _check_word(outcome, OUTCOMES)
    lost = outcome in BUYER_WINS and (seller_pays or outcome != "RESOLVED_WITH_PAYOUT")
    if lost and not dispute.taken:
        _take(state, dispute)
    elif not lost and dispute.taken:
        _give_back(state, dispute)
    dispute.status, dispute.outcome, dispute.updated = "RESOLVED", outcome, state.now()
    dispute.appealable = lost and outcome == "RESOLVED_BUYER_FAVOUR"
    if outcome in {"RESOLVED_BUYER_FAVOUR", "RESOLVED_SELLER_FAVOUR"}:
        kind = "PAYOUT_TO_BUYER" if lost else "PAYOUT_TO_SELLER"
        dispute.adjudications.append(
            {
                "type": kind,
                "adjudication_time": moment(state.now()),
                "dispute_life_cycle_stage": dispute.stage,
            }
        )
    return state.emit_dispute("CUSTOMER.DISPUTE.RESOLVED", dispute)


def appeal(state: State, dispute_id: str) -> Event | None:
    """Appeal against an outcome: it is undecided again.

    Raises:
        NotPossible: It is not decided.
    """
    dispute = state.dispute(dispute_id)
    if dispute.open:
        raise NotPossible(f"{dispute_id} is {dispute.status}: there is nothing to appeal against")
    dispute.status, dispute.stage, dispute.outcome = "UNDER_REVIEW", "PRE_ARBITRATION", None
    dispute.appealable = False
    return _updated(state, dispute)


def _take(state: State, dispute: Dispute) -> None:
    """Take the money from the seller; what was refunded already is not taken twice."""
    capture = state.captures[dispute.capture]
    amount = min(dispute.amount.minor, capture.refundable)
    if amount:
        payments.reverse(state, capture, amount)
        dispute.taken = amount
        dispute.moved("DEBIT", amount, state.now())


def _give_back(state: State, dispute: Dispute) -> None:
    """Give the seller the money back; only the dispute tells it."""
    capture = state.captures[dispute.capture]
    capture.reversed -= dispute.taken
    capture.recount(state.now())
    dispute.moved("CREDIT", dispute.taken, state.now())
    dispute.taken = 0


def _updated(state: State, dispute: Dispute) -> Event | None:
    dispute.updated = state.now()
    return state.emit_dispute("CUSTOMER.DISPUTE.UPDATED", dispute)


def _undecided(state: State, dispute_id: str) -> Dispute:
    dispute = state.dispute(dispute_id)
    if not dispute.open:
        raise NotPossible(f"{dispute_id} is {dispute.status}")
    return dispute


def _check_word(word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        raise NotPossible(f"{word} is none of {', '.join(words)}")
