"""Codes that an order got, as its owner reads them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import discord
import structlog

from bot.client import GuildbankBot
from payments.commands.base import by_member
from payments.commands.shop.seen_codes import ShowCodes
from payments.domain.errors import Refused
from payments.domain.sentences.parts import LISTED, Code, Verbatim
from payments.domain.sentences.sentence import Part, Sentence, plural
from payments.domain.values.codes import Code as StoredCode
from payments.domain.values.codes import Sight
from payments.domain.values.ids import CodeId, CommandKey
from payments.domain.values.orders import Order
from payments.infra.errors import CannotDecrypt

log = structlog.get_logger(__name__)

SHOWN_LENGTH: Final = 1_000
"""The most characters of codes that are written out; more go into a file."""

UNREADABLE: Final = Sentence(
    "Your codes can't be read right now. They are not lost. Please tell a moderator."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCodes:
    """The codes of an order, decrypted. Before they are shown, `note_shown` says so.

    Attributes:
        order: Which order.
        found: The codes as they are stored.
        codes: What they are.
    """

    order: Order
    found: Sequence[StoredCode]
    codes: Sequence[str] = field(repr=False)

    @property
    def fit(self) -> bool:
        """Whether they are few and short enough to be written out."""
        return len(self.codes) <= LISTED and sum(map(len, self.codes)) <= SHOWN_LENGTH

    async def note_shown(self, bot: GuildbankBot, sight: Sight = Sight.SEEN) -> tuple[CodeId, ...]:
        """Note that they are about to be shown: from now on nobody else gets them.

        Returns:
            Those that nobody had seen.

        Raises:
            Refused: They are the order's no more, and must not be shown.
        """
        if all(code.sight is Sight.SEEN for code in self.found):
            return ()
        return await bot.runner.run(
            ShowCodes(
                key=CommandKey(f"order.show_codes:{bot.new_id()}"),
                at=bot.clock(),
                actor=by_member(self.order.member),
                guild=self.order.guild,
                order=self.order.id,
                codes=tuple(code.id for code in self.found),
                sight=sight,
            )
        )


async def codes_of(bot: GuildbankBot, order: Order) -> OwnCodes | None:
    """The codes of an order, decrypted; None if the installation's keys do not read them."""
    found = await bot.queries.codes_of(order.guild, order.id)
    try:
        codes = [bot.encryptor.decrypt(code.encrypted) for code in found]
    except CannotDecrypt:
        log.exception("codes.unreadable", order=order.id, guild=order.guild)
        return None
    return OwnCodes(order=order, found=found, codes=codes)


def shown(codes: Sequence[str]) -> list[Sentence]:
    """Codes that fit, one a line."""
    one = [Sentence("{code}", code=as_written(code)) for code in codes]
    return [plural("Your code:", "Your codes:", len(codes)), *one]


def as_written(code: str) -> Part:
    """A code so that it can be copied as it is."""
    return Verbatim(code) if "`" in code else Code(code)


def as_file(codes: Sequence[str]) -> discord.File:
    """Codes in a text file, one a line."""
    return discord.File(io.BytesIO("\n".join(codes).encode()), filename="codes.txt")


async def code_written(bot: GuildbankBot, order: Order, written: str) -> CodeId:
    """Which code of an order somebody means who writes it as its buyer has it.

    Raises:
        Refused: The order has no such code, or the codes can't be read now.
    """
    found = await bot.queries.codes_of(order.guild, order.id)
    try:
        for code in found:
            if bot.encryptor.decrypt(code.encrypted) == written.strip():
                return code.id
    except CannotDecrypt as error:
        log.exception("codes.unreadable", order=order.id, guild=order.guild)
        raise Refused("The codes of this order can't be read right now.") from error
    raise Refused("This order has no such code. Ask its buyer for the code as they have it.")
