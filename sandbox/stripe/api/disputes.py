"""`/v1/disputes` and `/v1/radar/early_fraud_warnings`."""

from sandbox.stripe.acts import disputes
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import missing, refused
from sandbox.stripe.api.lists import PAGING, created_filter, page
from sandbox.stripe.objects.common import Json
from sandbox.stripe.objects.dispute import CLOSED, EVIDENCE, Dispute, FraudWarning


def retrieve(call: Call) -> Json:
    """`GET /v1/disputes/{id}`."""
    return _dispute(call).render()


def update(call: Call) -> Json:
    """`POST /v1/disputes/{id}`: evidence, submitted unless `submit=false`; metadata."""
    dispute = _dispute(call)
    params = call.params
    params.only("evidence", "expand", "metadata", "submit")
    given = params.hash("evidence")
    if given is not None:
        given.only(*EVIDENCE)
    submit = params.boolean("submit") is not False
    params.metadata()
    if dispute.status in CLOSED:
        raise refused("This dispute is already closed.")
    merged = dispute.metadata | params.mapping("metadata")
    dispute.metadata = {key: value for key, value in merged.items() if value}
    evidence = params.mapping("evidence")
    disputes.answer(call.state, dispute.id, evidence, submit=submit)
    return dispute.render()


def close(call: Call) -> Json:
    """`POST /v1/disputes/{id}/close`: accept it as lost."""
    dispute = _dispute(call)
    call.params.only("expand")
    if dispute.status in CLOSED:
        raise refused("This dispute is already closed.")
    disputes.lose(call.state, dispute.id)
    return dispute.render()


def listing(call: Call) -> Json:
    """`GET /v1/disputes`."""
    params = call.params
    params.only(*PAGING, "charge", "created", "payment_intent")
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
    params.only(*PAGING, "charge", "created", "payment_intent")
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
