"""Codes that an order got, as its owner reads them."""

import io
from collections.abc import Sequence
from typing import Final

import discord
import structlog

from bot.client import GuildbankBot
from payments.domain.errors import Refused
from payments.domain.sentences.parts import LISTED, Code, Verbatim
from payments.domain.sentences.sentence import Part, Sentence, plural
from payments.domain.values.ids import CodeId
from payments.domain.values.orders import Order
from payments.infra.errors import CannotDecrypt

log = structlog.get_logger(__name__)

SHOWN_LENGTH: Final = 1_000
"""The most characters of codes that are written out; more go into a file."""

UNREADABLE: Final = Sentence(
    "Your codes can't be read right now. They are not lost. Please tell a moderator."
)


async def codes_of(bot: GuildbankBot, order: Order) -> list[str] | None:
    """The codes of an order, decrypted; None if the installation's keys do not read them."""
    found = await bot.queries.codes_of(order.guild, order.id)
    try:
        return [bot.encryptor.decrypt(code.encrypted) for code in found]
    except CannotDecrypt:
        log.exception("codes.unreadable", order=order.id, guild=order.guild)
        return None


def fits(codes: Sequence[str]) -> bool:
    """Whether codes are few and short enough to be written out."""
    return len(codes) <= LISTED and sum(map(len, codes)) <= SHOWN_LENGTH


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
