"""Items, orders and codes in the simulated Discord, in few words."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from simcord.actors import MemberActor
from simcord.results import InteractionResult

from payments.commands.base import by_member
from payments.commands.shop.codes import AddCodes
from payments.domain.values.ids import CodeId, ItemId
from payments.domain.values.items import Offer
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from tests.support.make import BEN, GUILD, START, key
from tests.support.pseudo import as_read
from tests.support.shopping import add_item, item_id

_numbers = count(1)


async def put_up_item(runner: Runner, of: Offer, available: int | None = None) -> ItemId:
    """Put an item up for sale; returns its id."""
    await runner.run(add_item(of, available))
    return item_id(of.name)


async def add_real_codes(
    runner: Runner, of: Offer, encryptor: Encryptor, codes: Sequence[str]
) -> None:
    """Add codes that can be read again."""
    encrypted = tuple(
        (CodeId(f"real-{next(_numbers):06}"), encryptor.encrypt(each)) for each in codes
    )
    await runner.run(
        AddCodes(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            item=item_id(of.name),
            codes=encrypted,
        )
    )


def button_ids(shown: InteractionResult, label: str) -> list[str]:
    """The ids of all buttons with a label, also of those beside a text, from top to bottom."""
    assert shown.response is not None

    def inside(part: Any) -> Iterator[str]:
        if isinstance(part, list):
            for each in part:
                yield from inside(each)
        elif isinstance(part, dict):
            if part.get("label") == as_read(label):
                yield part["custom_id"]
            for key_ in ("components", "accessory"):
                yield from inside(part.get(key_))

    return list(inside(shown.response.components))


async def press_first(person: MemberActor, shown: InteractionResult, label: str) -> str:
    """Press the first button with a label; the sentence that only they read, if one came."""
    assert shown.response is not None
    result = await person.click(shown.response, custom_id=button_ids(shown, label)[0])
    answers = [each for each in (*result.followups, result.response) if each and each.content]
    assert all(each.ephemeral for each in answers)
    return answers[0].content if answers else ""
