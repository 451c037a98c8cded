"""What the demo's guild gives for points."""

from typing import Final

from payments.commands.base import Actor
from payments.commands.shop.codes import AddCodes
from payments.commands.shop.items import AddItem
from payments.domain.values.ids import CodeId, CommandKey, GuildId, ItemId
from payments.domain.values.items import ItemKind, Limits, Offer, RoleOffer
from payments.domain.values.time import DAY, Instant
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner

VIP: Final = "Harbour VIP"
"""The role, and the item that gives it for a month."""

SHANTIES: Final = "Album of shanties"
"""The item that gives a code."""

CODES: Final = tuple(f"SHANTY-{number:04}" for number in range(4711, 4736))
"""What its buyers get, one each."""


def offers(role: int) -> tuple[Offer, ...]:
    """All that is given for points.

    Args:
        role: The id of the role `VIP`.
    """
    return (
        Offer(
            name=VIP,
            price=300,
            kind=ItemKind.ROLE,
            description="Your name in gold, for 30 days.",
            role=RoleOffer(id=role, lasts=30 * DAY),
        ),
        Offer(
            name=SHANTIES,
            price=150,
            kind=ItemKind.CODE,
            description="Twelve songs to sing along, to download.",
            limits=Limits(per_order=3),
        ),
        Offer(
            name="Dinner with the captain",
            price=200,
            kind=ItemKind.PERSON,
            by_person=True,
            description="Fish, stories, and a seat by the window.",
            question="Which evening suits you?",
        ),
    )


async def fill_shelves(
    runner: Runner,
    encryptor: Encryptor,
    *,
    guild: GuildId,
    role: int,
    owner: Actor,
    at: Instant,
) -> None:
    """Put it all up, with codes.

    Args:
        runner: Commits.
        encryptor: Encrypts the codes, as the bot does.
        guild: Whose shop it is.
        role: The id of the role `VIP`.
        owner: Who puts it up.
        at: When.
    """
    for offer in offers(role):
        await runner.run(
            AddItem(
                key=CommandKey(f"demo:item:{offer.name}"),
                at=at,
                actor=owner,
                guild=guild,
                offer=offer,
                available=None,
                item=ItemId(f"demo-{offer.kind}"),
            )
        )
    await runner.run(
        AddCodes(
            key=CommandKey("demo:codes"),
            at=at,
            actor=owner,
            guild=guild,
            item=ItemId(f"demo-{ItemKind.CODE}"),
            number=len(CODES),
            codes=tuple((CodeId(f"demo-{code}"), encryptor.encrypt(code)) for code in CODES),
        )
    )
