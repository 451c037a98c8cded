"""What docs/shop.md says of the API is so."""

import json
import re
from dataclasses import fields
from pathlib import Path

from payments.domain.values.events import OrderPlaced
from payments.domain.values.items import PERSON_WAIT
from payments.domain.values.orders import REASON_LENGTH
from payments.domain.values.time import DAY
from payments.notifications.subscribers.orders import read_answer
from webhooks.api.bodies import MAX_BODY_BYTES
from webhooks.server.key_limits import ApiLimits

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "shop.md").read_text("utf-8")


def test_each_refusal_of_the_api_is_explained_and_no_other() -> None:
    refused = {
        (status, reason)
        for path in (ROOT / "webhooks" / "api").glob("*.py")
        for status, reason in re.findall(
            r'ApiRefused\(\s*HTTPStatus\.(\w+),\s*"(\w+)"', path.read_text("utf-8")
        )
    }
    told = {
        reason
        for row in re.findall(r"^\| \d{3} \| (.+?) \|", PAGE, re.MULTILINE)
        for reason in re.findall(r"`(\w+)`", row)
    }
    assert len(refused) >= 12
    assert told == {reason for _, reason in refused}


def test_the_message_and_the_answers_are_as_they_are() -> None:
    message = json.loads(re.findall(r"```http\n.*?\n\n(.*?)```", PAGE, re.DOTALL)[0])
    assert set(message["data"]) | {"at"} == {field.name for field in fields(OrderPlaced)}
    answers = [
        read_answer(each.encode()) for each in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    ]
    assert [each.fulfilled for each in answers if each is not None] == [True, False]


def test_numbers_are_right() -> None:
    limits = ApiLimits()
    assert f"up to {REASON_LENGTH} characters" in PAGE
    assert f"more than {MAX_BODY_BYTES // 1024} kB" in PAGE
    assert f"{limits.most} times in {limits.seconds} seconds" in PAGE
    assert f"{PERSON_WAIT // DAY} days" in PAGE
