"""What people read of a provider by its stored name, also where it is switched off."""

import pytest

from payments.domain.sentences.sentence import Sentence
from payments.providers.kind import PendingReason, ProviderKind, WhoActs
from payments.providers.known import KNOWN, KnownProviders
from payments.providers.stripe.pending import PENDING
from tests.providers.tiny import TinySettings, tiny
from tests.providers.tiny.provider import TinyProvider
from tests.providers.tiny.shop import TinyShop


def test_a_provider_has_its_title_and_one_that_nobody_knows_its_name() -> None:
    assert (KNOWN.title("stripe"), KNOWN.title("gone")) == ("Stripe", "gone")
    assert KnownProviders(kinds=(tiny(TinyShop()),)).title("tiny") == "Tiny"


@pytest.mark.parametrize(
    ("reason", "acts"),
    [
        ("processing", WhoActs.NOBODY),
        ("charge_pending", WhoActs.NOBODY),
        ("insufficient_funds", WhoActs.OPERATOR),
        ("requires_action", WhoActs.BUYER),
    ],
)
def test_stripe_says_what_its_words_mean_and_who_must_act(reason: str, acts: WhoActs) -> None:
    found = KNOWN.why_pending("stripe", reason)
    assert found is PENDING[reason]
    assert found.acts is acts


@pytest.mark.parametrize("name", ["stripe", "tiny", "gone"])
def test_a_word_that_nobody_explains_is_quoted_and_asks_nothing_of_anybody(name: str) -> None:
    known = KnownProviders(kinds=(*KNOWN.kinds, tiny(TinyShop())))
    found = known.why_pending(name, "bank_holiday")
    assert found is not None
    assert str(found.words) == "It takes a while. The provider says: “bank holiday”."
    assert found.acts is WhoActs.NOBODY
    assert known.why_pending(name, "") is None


def test_one_word_may_mean_something_else_to_another_provider() -> None:
    meant = PendingReason(words=Sentence("Tiny sleeps."), acts=WhoActs.NOBODY)
    shop = TinyShop()
    other = ProviderKind(
        name="tiny",
        title="Tiny",
        settings=TinySettings,
        template="",
        build=lambda _: TinyProvider(shop),
        why_pending={"requires_action": meant}.get,
    )
    known = KnownProviders(kinds=(*KNOWN.kinds, other))
    assert known.why_pending("tiny", "requires_action") is meant
    assert known.why_pending("stripe", "requires_action") is PENDING["requires_action"]
