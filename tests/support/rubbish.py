"""Rubbish and forgeries, as they come to the webhook door."""

import json
import random
from collections.abc import Iterator
from typing import Any

from payments.domain.values.time import to_seconds
from tests.conftest import Time
from tests.support.web import event_body, session_object, sign

MEGABYTE = 1024**2


def rubbish(chance: random.Random) -> Any:
    """A JSON value that nobody expects."""
    return chance.choice(
        (
            None,
            True,
            -1,
            0,
            2**63,
            2**64,
            1e308,
            "",
            "\0",
            "\ud800",
            "x" * 70_000,
            "💥" * 300,
            "<@1> @everyone `",
            "'; DROP TABLE payments; --",
            [],
            {},
            [[[[]]]],
            {"object": "checkout.session"},
            "0199a3c4-0000-7000-8000-00000000000g",
        )
    )


def spoil(value: Any, chance: random.Random) -> Any:
    """The same structure with one place changed."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(list(value))
        changed = dict(value)
        if chance.random() < 0.1:
            del changed[name]
        elif chance.random() < 0.05:
            changed[name + chance.choice(("\0", "x", " "))] = rubbish(chance)
        else:
            changed[name] = spoil(value[name], chance)
        return changed
    if isinstance(value, list) and value and chance.random() < 0.5:
        return [spoil(value[0], chance), *value[1:]]
    return rubbish(chance)


def bodies(chance: random.Random) -> Iterator[bytes]:
    """Endless bodies: events of every kind with something wrong, and bytes that are no JSON."""
    kinds = (
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "refund.updated",
        "charge.dispute.created",
        "customer.created",
    )
    number = 0
    while True:
        number += 1
        whole = json.loads(
            event_body(chance.choice(kinds), id=f"evt_{number}", session=session_object())
        )
        way = chance.random()
        body: bytes | bytearray
        if way < 0.7:
            body = json.dumps(spoil(whole, chance)).encode()
        elif way < 0.8:
            body = json.dumps(rubbish(chance)).encode()
        else:
            body = bytearray(json.dumps(whole).encode())
            for _ in range(chance.randint(1, 8)):
                body[chance.randrange(len(body))] = chance.randrange(256)
            if chance.random() < 0.3:
                del body[chance.randrange(len(body)) :]
        yield bytes(body)


def forged(body: bytes, clock: Time, chance: random.Random) -> str:
    """A signature header that must not pass."""
    good = sign(b"another body", clock)
    wrong = sign(body, clock, "whsec_guessed") if _is_text(body) else good
    return chance.choice(
        (
            good,
            wrong,
            "",
            "t=,v1=",
            "v1=" + "0" * 64,
            good.replace("v1=", "v0="),
            f"t={to_seconds(clock())},v1=é",
            "t=" + "9" * 5_000,
            f"{good},{good}",
            chance.randbytes(40).hex(),
        )
    )


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
