"""The `Stripe-Signature` header is read once, in one way, and age and signature come from that."""

import re

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.values.time import DAY, SECOND, Instant, from_seconds, to_seconds
from payments.providers.errors import WebhookRejected
from payments.providers.stripe.webhook import Signature, check_signature

SECRET = "whsec_1"
NOW = Instant(1_790_000_000_000_000)
BODY = b'{"id": "evt_1"}'


def digest(seconds: int, secret: str = SECRET) -> str:
    """What Stripe's own library computes."""
    header = stripe.WebhookSignature.generate_signature_header(
        payload=BODY.decode(), secret=secret, timestamp=seconds
    )
    return str(header).split("v1=")[1]


def reason_of(header: str, now: Instant = NOW) -> str | None:
    """Why the door rejects the header; None if it is let in."""
    try:
        check_signature(BODY, {"stripe-signature": [header]}, (SECRET,), now)
    except WebhookRejected as error:
        return error.reason
    return None


FRESH = to_seconds(NOW)
STALE = FRESH - 90 * DAY // SECOND
GOOD = f"t={FRESH},v1={digest(FRESH)}"


def test_what_stripes_library_signs_is_let_in() -> None:
    assert reason_of(GOOD) is None
    assert reason_of(GOOD, Instant(NOW + 90 * DAY)) == "age"
    assert reason_of(f"t={FRESH},v1={digest(FRESH, 'whsec_2')}") == "signature"


@pytest.mark.parametrize(
    "header",
    [
        "t= {stale},v1={old},xt={fresh}",
        "t={stale},v1={old},xt={fresh}",
        "t={stale},v1={old},t={fresh}",
        "t={fresh},v1={old},t={stale}",
        "T={fresh},t={stale},v1={old}",
        "t={stale},v1={old},v1=t={fresh}",
        "t={stale} ,v1={old},t ={fresh}",
        "t={stale};t={fresh},v1={old}",
        "t={stale},v1={old}\t,\tt={fresh}",
    ],
)
def test_no_second_time_makes_an_old_signature_fresh(header: str) -> None:
    text = header.format(stale=STALE, fresh=FRESH, old=digest(STALE))
    assert reason_of(text) == "signature"


@pytest.mark.parametrize(
    "header",
    [
        f" {GOOD}",
        f"{GOOD} ",
        f"{GOOD},",
        f",{GOOD}",
        GOOD.replace(",", ", "),
        GOOD.replace("t=", "t= "),
        GOOD.replace("v1=", "v1 ="),
        GOOD.replace("v1=", "v1=="),
        GOOD.replace("t=", "t=0"),
        GOOD.replace("t=", "t=+"),
        GOOD.replace("t=", "t=1_"),
        GOOD.replace("t=", "x=1,t="),
        f"{GOOD},v1=",
        f"{GOOD},v1=é",
        GOOD.replace("1", "\N{FULLWIDTH DIGIT ONE}"),
        GOOD.split(",", maxsplit=1)[0],
        GOOD.split(",")[1],
        GOOD.replace("v1=", "v0="),
        "",
    ],
)
def test_what_is_written_otherwise_than_stripe_writes_it_is_refused(header: str) -> None:
    assert reason_of(header) == "signature"


def test_other_schemes_mean_nothing_and_order_does_not_matter() -> None:
    time, good = GOOD.split(",")
    assert reason_of(f"{good},v0={'0' * 64},{time}") is None
    assert reason_of(f"{time},v1={'0' * 64},{good}") is None
    assert reason_of(f"{time},v0={good[3:]},v1={'0' * 64}") == "signature"


@given(
    st.lists(
        st.sampled_from(["t", "v1", "v0", "xt", "=", ",", " ", str(FRESH), str(STALE)])
        | st.sampled_from([f"t={FRESH}", f"t={STALE}", f"v1={digest(FRESH)}"])
        | st.text(max_size=3),
        max_size=8,
    ).map("".join)
)
def test_whatever_is_let_in_names_one_time_and_nothing_else_that_looks_like_one(text: str) -> None:
    """Held against a second reading that shares nothing: the characters left when the parts go."""
    try:
        signature = Signature.parse(text)
    except WebhookRejected:
        return
    assert text.count("t=") == 1
    assert re.sub(r"(t=\d+|v\d=[0-9a-z]+),?", "", text) == ""
    assert signature.at == from_seconds(int(re.findall(r"t=(\d+)", text)[0]))
