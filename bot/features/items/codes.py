"""Codes of items as owners bring them: one a line, in a form or in a file."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import aiohttp
import discord

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.codes import CODE_LENGTH, MAX_CODES
from payments.domain.values.written_text import check_words
from payments.infra.encryption import Encryptor

FILE_BYTES: Final = 1_000_000
"""The largest file that is read."""

READ_SECONDS: Final = 20.0
"""How long Discord has to hand a file over."""

_NO_TEXT: Final = Sentence(
    "This file is no text. Save it as plain text (UTF-8), with one code on each line."
)


async def text_of(file: discord.Attachment) -> str:
    """What stands in a file.

    Raises:
        Refused: It is too large, no text, or cannot be read just now.
    """
    if file.size > FILE_BYTES:
        raise Refused("This file is too large. 1 MB is the most; split it into several.")
    try:
        async with asyncio.timeout(READ_SECONDS):
            content = await file.read()
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError):
        raise Refused("Discord does not hand this file over. Please upload it again.") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_NO_TEXT) from None
    if "\0" in text:
        raise Refused(_NO_TEXT)
    return text


def codes_in(text: str) -> Sequence[str]:
    """The codes in a text, one on each line; empty lines are passed over.

    It takes as long as looking at each character of thousands of them: not for the event loop.

    Raises:
        Refused: There are none, too many, one twice, or one that cannot be a code.
    """
    written = {number: line.strip() for number, line in enumerate(text.splitlines(), start=1)}
    written = {number: code for number, code in written.items() if code}
    if len(written) > MAX_CODES:
        raise Refused(
            "These are {count} codes. Add at most {most} at a time.",
            count=len(written),
            most=MAX_CODES,
        )
    lines: dict[str, int] = {}
    for number, code in written.items():
        if code in lines:
            raise Refused(
                "Lines {first} and {second} are the same code. Nothing was added.",
                first=lines[code],
                second=number,
            )
        check_words(code, Sentence("Line {n}", n=number), CODE_LENGTH)
        lines[code] = number
    if not lines:
        raise Refused("There is no code. Write one on each line.")
    return tuple(lines)


def check_new(codes: Sequence[str], stored: Mapping[str, str], encryptor: Encryptor) -> None:
    """Refuse codes that a guild has already, of whichever item, given or not.

    It takes as long as decrypting all that is stored: not for the event loop.

    Args:
        codes: The new ones.
        stored: What the item of each stored code is called, by the code, encrypted.
        encryptor: Decrypts them.

    Raises:
        Refused: One of them is there; says whose, and on which place of the list.
        CannotDecrypt: What is stored was encrypted with another key.
    """
    known = {encryptor.decrypt(each): item for each, item in stored.items()}
    again = [number for number, code in enumerate(codes, start=1) if code in known]
    if again:
        raise Refused(
            plural(
                "{n} of these codes exists already: code {first} of your list belongs to {item}. "
                "Nothing was added.",
                "{n} of these codes exist already; the first is code {first} of your list, which "
                "belongs to {item}. Nothing was added.",
                len(again),
                first=again[0],
                item=known[codes[again[0] - 1]],
            )
        )
