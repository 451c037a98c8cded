"""Whose an object of a provider is, by the order in which that is decided."""

import pytest

from payments.domain.books import (
    INSTALLATION,
    PAYMENTS,
    REFERENCES,
    THIS,
    Books,
    NeedsMore,
    Slice,
)
from payments.domain.rules.ownership import Owner, needs_of, owner_of
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.traces import MetadataClaim, Traces
from tests.support.make import ADA, GUILD, START, package

OURS, OTHER = PaymentId("ours"), PaymentId("other")
INTENT = ProviderReference("stripe", ReferenceKind.INTENT, "pi_1")
CHARGE = ProviderReference("stripe", ReferenceKind.CHARGE, "ch_1")
NAMED = frozenset({INTENT})
FOREIGN = Owner()


def books(
    *, named: PaymentId | None = None, also: PaymentId | None = None, old: bool = True
) -> Books:
    """Books that know a payment `ours`, old or made by this installation, and two references."""
    known = Payment(
        id=OURS,
        guild=GUILD,
        member=ADA,
        provider="stripe",
        livemode=False,
        package=package().id,
        package_name="Starter",
        points=500,
        price=Money(minor=499, currency="EUR"),
        maturity=0,
        created_at=START,
        installation=None if old else "this",
    )
    loaded = Slice()
    loaded.put(REFERENCES, {INTENT: named, CHARGE: also})
    loaded.put(PAYMENTS, {OURS: known, OTHER: None})
    loaded.put(INSTALLATION, {THIS: "this"})
    return Books(loaded)


def says(payment: str, installation: str | None = None) -> tuple[MetadataClaim, ...]:
    return (MetadataClaim(payment=payment, installation=installation),)


def test_what_a_stored_reference_names_is_ours_whatever_its_metadata_lacks() -> None:
    for claims in ((), says(OURS), says(OURS, "another"), says(OURS, "this")):
        traces = Traces(references=NAMED, claims=claims)
        assert owner_of(books(named=OURS), traces) == Owner(payment=OURS)


@pytest.mark.parametrize("installation", [None, "this", "another"])
def test_a_reference_and_metadata_that_name_two_payments_contradict(
    installation: str | None,
) -> None:
    traces = Traces(references=NAMED, claims=says(OTHER, installation))
    owner = owner_of(books(named=OURS), traces)
    assert (owner.payment, owner.contradiction) == (OURS, "It names two payments.")


def test_two_references_of_two_payments_contradict() -> None:
    traces = Traces(references=frozenset({INTENT, CHARGE}))
    assert owner_of(books(named=OURS, also=OTHER), traces).contradiction is not None


def test_our_installations_id_makes_it_ours_also_before_the_payment_is_known() -> None:
    for payment in (OURS, OTHER):
        traces = Traces(references=NAMED, claims=says(payment, "this"))
        assert owner_of(books(), traces) == Owner(payment=payment)


def test_two_payments_in_metadata_of_ours_contradict() -> None:
    claims = says(OURS, "this") + says(OTHER, "this")
    assert owner_of(books(), Traces(claims=claims)).contradiction is not None


def test_another_installations_id_makes_it_foreign_even_if_we_know_the_payment() -> None:
    traces = Traces(references=NAMED, claims=says(OURS, "another"))
    assert owner_of(books(), traces) == FOREIGN


def test_metadata_without_an_id_counts_for_payments_from_before_alone() -> None:
    assert owner_of(books(), Traces(claims=says(OURS))) == Owner(payment=OURS)
    assert owner_of(books(old=False), Traces(claims=says(OURS))) == FOREIGN
    assert owner_of(books(), Traces(claims=says(OTHER))) == FOREIGN


def test_what_names_nothing_is_foreign_once_all_of_it_is_seen() -> None:
    assert owner_of(books(), Traces(references=NAMED)) == FOREIGN
    unseen = owner_of(books(), Traces(references=NAMED, whole=False))
    assert (unseen.unknown, unseen.is_foreign) == (True, False)


def test_what_another_installation_made_is_foreign_without_a_look_up() -> None:
    traces = Traces(references=NAMED, claims=says(OTHER, "another"), whole=False)
    assert owner_of(books(), traces) == FOREIGN


def test_another_account_is_foreign_whatever_it_says() -> None:
    for claims in ((), says(OURS), says(OURS, "this")):
        traces = Traces(references=NAMED, claims=claims, elsewhere=True, whole=False)
        assert owner_of(books(named=OURS), traces) == FOREIGN


def test_it_asks_for_all_that_it_must_see() -> None:
    traces = Traces(references=NAMED, claims=says(OURS))
    needs = needs_of(traces)
    assert (needs[REFERENCES], needs[PAYMENTS]) == (NAMED, frozenset({OURS}))
    with pytest.raises(NeedsMore) as more:
        owner_of(Books(Slice()), traces)
    assert more.value.needs[REFERENCES] == NAMED
