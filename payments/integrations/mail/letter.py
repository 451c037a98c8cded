"""What a mail says, and how it looks: the same words as text and as a page.

There is no template: a letter is a value, and all that it says goes through `_escaped` on its way
into the page. A page has no picture, no script, and no link but the one that is given as such.
"""

from dataclasses import dataclass
from html import escape
from typing import Final

from payments.domain.sentences.sentence import Sentence, Value
from payments.infra.reader import ENGLISH, Reader
from payments.infra.translations import nearest

_INK: Final = "#1f2328"
_PALE: Final = "#57606a"
_LINE: Final = "#d0d7de"
_FONT: Final = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says.

    Attributes:
        subject: In one line.
        title: The line above all else.
        lines: What happened.
        rows: Facts with their names.
        small: What is said below, in small print.
        stop_url: The page on which the reader can ask for no more mail; None if there is none.
    """

    subject: Sentence
    title: Sentence
    lines: tuple[Sentence, ...]
    rows: tuple[tuple[Sentence, Value], ...] = ()
    small: tuple[Sentence, ...] = ()
    stop_url: str | None = None


NO_MORE: Final = Sentence("Get no more mail about purchases")
"""What stands on the link that stops mail."""


def as_text(letter: Letter, reader: Reader) -> str:
    """A letter for where pages are not shown."""
    parts = [reader.say(letter.title), "\n".join(map(reader.say, letter.lines))]
    if letter.rows:
        parts.append(
            "\n".join(f"{reader.say(name)}: {reader.write(value)}" for name, value in letter.rows)
        )
    if letter.small:
        parts += ["-- ", "\n".join(map(reader.say, letter.small))]
    if letter.stop_url is not None:
        parts.append(f"{reader.say(NO_MORE)}:\n{letter.stop_url}")
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(letter: Letter, reader: Reader) -> str:
    """A letter as a page that a phone shows without scrolling sideways."""
    locale = reader.locale if nearest(reader.locale) is not None else ENGLISH
    language, direction = str(locale).replace("_", "-"), locale.text_direction
    said = "".join(_paragraph(reader.say(each)) for each in letter.lines)
    rows = "".join(_row(reader.say(name), reader.write(value)) for name, value in letter.rows)
    table = f'<table role="presentation" style="{_TABLE}">{rows}</table>' if rows else ""
    small = "".join(_paragraph(reader.say(each), style=_SMALL) for each in letter.small)
    if letter.stop_url is not None:
        small += (
            f'<p style="{_SMALL}"><a href="{_escaped(letter.stop_url)}" style="color:{_PALE}">'
            f"{_escaped(reader.say(NO_MORE))}</a></p>"
        )
    return (
        f'<!doctype html>\n<html lang="{_escaped(language)}" dir="{_escaped(direction)}">\n<head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light">'
        f"<title>{_escaped(reader.say(letter.subject))}</title></head>\n"
        f'<body style="{_BODY}"><div style="{_SHEET}">\n'
        f'<h1 style="{_TITLE}">{_escaped(reader.say(letter.title))}</h1>\n{said}\n{table}\n'
        f'<div style="{_FOOT}">{small}</div>\n</div></body>\n</html>\n'
    )


_BODY: Final = f"margin:0;padding:16px;background:#f6f8fa;color:{_INK};font-family:{_FONT}"
_SHEET: Final = (
    "max-width:560px;margin:0 auto;padding:24px;background:#ffffff;"
    f"border:1px solid {_LINE};border-radius:8px;overflow-wrap:anywhere"
)
_TITLE: Final = f"margin:0 0 16px;font-size:20px;line-height:1.3;color:{_INK}"
_TEXT: Final = f"margin:0 0 12px;font-size:16px;line-height:1.5;color:{_INK}"
_SMALL: Final = f"margin:0 0 8px;font-size:13px;line-height:1.5;color:{_PALE}"
_TABLE: Final = "width:100%;border-collapse:collapse;margin:8px 0 20px"
_CELL: Final = f"padding:8px 0;border-top:1px solid {_LINE};font-size:15px;vertical-align:top"
_FOOT: Final = f"border-top:1px solid {_LINE};padding-top:16px"


def _paragraph(words: str, *, style: str = _TEXT) -> str:
    return f'<p style="{style}">{_escaped(words)}</p>'


def _row(name: str, value: str) -> str:
    first = f"{_CELL};color:{_PALE};padding-inline-end:16px;width:35%"
    return (
        f'<tr><td style="{first}">{_escaped(name)}</td>'
        f'<td style="{_CELL};color:{_INK}" dir="auto">{_escaped(value)}</td></tr>\n'
    )


def _escaped(words: str) -> str:
    return escape(words, quote=True)
