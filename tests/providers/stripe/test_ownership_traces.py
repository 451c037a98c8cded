"""What Stripe's objects tell of whose they are, whatever form they come in."""

from typing import Any

import pytest

from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.traces import MetadataClaim
from payments.providers.stripe.ownership import kind_of, traces_of
from payments.providers.stripe.reversal_updates import REVERSAL_EVENTS
from payments.providers.stripe.updates import read_event
from tests.support.web import event_body

ODD: list[Any] = [None, 7, [], {}, "", "a b", "\x00", "\ud800", "x" * 256, {"id": 7}]
"""What is no id."""


def reference(kind: ReferenceKind, name: str) -> ProviderReference:
    return ProviderReference("stripe", kind, name)


def test_an_object_names_itself_and_all_that_it_belongs_to() -> None:
    charge = {
        "id": "ch_1",
        "payment_intent": {"id": "pi_1", "metadata": {"guildbank_payment": "p"}},
    }
    traces = traces_of({"id": "du_1", "charge": charge}, ReferenceKind.DISPUTE)
    assert traces.references == {
        reference(ReferenceKind.DISPUTE, "du_1"),
        reference(ReferenceKind.CHARGE, "ch_1"),
        reference(ReferenceKind.INTENT, "pi_1"),
    }
    assert traces.claims == (MetadataClaim(payment="p"),)


def test_a_recovered_session_names_the_one_before_it() -> None:
    found = {"id": "cs_2", "recovered_from": "cs_1"}
    assert traces_of(found, ReferenceKind.CHECKOUT).references == {
        reference(ReferenceKind.CHECKOUT, name) for name in ("cs_1", "cs_2")
    }


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_id_names_nothing(odd: Any) -> None:
    fields = ("id", "payment_intent", "charge", "recovered_from", "client_reference_id")
    traces = traces_of(dict.fromkeys(fields, odd), ReferenceKind.REFUND)
    assert (traces.references, traces.claims) == (frozenset(), ())


@pytest.mark.parametrize("odd", [None, 7, [], "x", {"guildbank_payment": 7}, {"order": "7"}])
def test_metadata_that_says_nothing_of_ours_claims_nothing(odd: Any) -> None:
    assert traces_of({"id": "re_1", "metadata": odd}, ReferenceKind.REFUND).claims == ()


def test_metadata_is_kept_as_a_database_takes_it() -> None:
    said = {"guildbank_payment": "a\x00\ud800" + "x" * 500, "guildbank_installation": 7}
    (claim,) = traces_of({"metadata": said}, ReferenceKind.REFUND).claims
    assert (claim.payment, claim.installation) == ("a??" + "x" * 252, None)


def test_nesting_without_end_is_followed_a_few_steps() -> None:
    found: dict[str, Any] = {"id": "ch_0"}
    for number in range(1, 50):
        found = {"id": f"ch_{number}", "charge": found}
    assert len(traces_of(found, ReferenceKind.CHARGE).references) == 5


def test_an_event_whose_object_has_no_id_must_be_looked_at_if_it_is_ours() -> None:
    body = event_body("refund.updated", session={"metadata": {"guildbank_payment": "p"}})
    event = read_event(body, livemode=False, looked_up=REVERSAL_EVENTS)
    (found,) = event.found
    assert (event.look_up, found.wrong) == (None, "What the event is about has no id.")
    assert found.traces.claims == (MetadataClaim(payment="p"),)


def test_each_kind_of_event_that_is_looked_up_says_what_its_object_is() -> None:
    kinds = {kind: kind_of(kind) for kind in REVERSAL_EVENTS}
    assert None not in kinds.values()
    assert kinds["charge.refund.updated"] is ReferenceKind.REFUND
    assert kinds["charge.refunded"] is ReferenceKind.CHARGE
    assert kind_of("invoice.paid") is None
