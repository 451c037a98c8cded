"""`/v1/disputes` and `/v1/radar/early_fraud_warnings`."""

from sandbox.base.common import Json
from sandbox.stripe.acts import disputes
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import invalid, missing, refused
from sandbox.stripe.api.lists import created_filter, page
from sandbox.stripe.objects.dispute import CLOSED, EVIDENCE, Dispute, FraudWarning

_LONGEST_EVIDENCE = 150_000
"""Characters in all (Stripe API: Update a dispute, `evidence`)."""


def retrieve(call: Call) -> Json:
    """`GET /v1/disputes/{id}`."""
    return _dispute(call).render()


def update(call: Call) -> Json:
    """`POST /v1/disputes/{id}`: evidence, submitted unless `submit=false`; metadata."""
    dispute = _dispute(call)
    params = call.params
    params.supports("evidence", "expand", "metadata", "submit")
    given = params.hash("evidence")
    if given is not None:
        given.supports(*EVIDENCE)
    submit = params.boolean("submit") is not False
    metadata = params.metadata(before=dispute.metadata)
    evidence = params.mapping("evidence", longest=_LONGEST_EVIDENCE)
    whole = sum(map(len, (dispute.evidence | evidence).values()))
    if whole > _LONGEST_EVIDENCE:
        raise invalid(
            f"The combined character count of all evidence is limited to {_LONGEST_EVIDENCE}.",
            "evidence",
        )
    if dispute.status in CLOSED:
        raise refused("This dispute is already closed.")
    dispute.metadata = metadata
    disputes.answer(call.state, dispute.id, evidence, submit=submit)
    return dispute.render()


def close(call: Call) -> Json:
    """`POST /v1/disputes/{id}/close`: accept it as lost."""
    dispute = _dispute(call)
    if dispute.status in CLOSED:
        raise refused("This dispute is already closed.")
    disputes.lose(call.state, dispute.id)
    return dispute.render()


def listing(call: Call) -> Json:
    """`GET /v1/disputes`."""
    params = call.params
    charge, intent = params.text("charge"), params.text("payment_intent")
    within = created_filter(params)
    found = [
        each
        for each in reversed(call.state.disputes.values())
        if within(each) and charge in {None, each.charge} and intent in {None, each.payment_intent}
    ]
    return page(params, "/v1/disputes", found, Dispute.render)


def retrieve_warning(call: Call) -> Json:
    """`GET /v1/radar/early_fraud_warnings/{id}`."""
    warning = call.state.warnings.get(call.ids["id"])
    if warning is None:
        raise missing("early_fraud_warning", call.ids["id"], "early_fraud_warning")
    return warning.render()


def listing_warnings(call: Call) -> Json:
    """`GET /v1/radar/early_fraud_warnings`."""
    params = call.params
    charge, intent = params.text("charge"), params.text("payment_intent")
    within = created_filter(params)
    found = [
        each
        for each in reversed(call.state.warnings.values())
        if within(each) and charge in {None, each.charge} and intent in {None, each.payment_intent}
    ]
    return page(params, "/v1/radar/early_fraud_warnings", found, FraudWarning.render)


def _dispute(call: Call) -> Dispute:
    dispute_id = call.ids["id"]
    if dispute_id not in call.state.disputes:
        raise missing("dispute", dispute_id, "dispute")
    return call.state.disputes[dispute_id]
