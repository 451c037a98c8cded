"""Mistakes in translations, before anybody misses a sentence in their language."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter
from typing import Final

from babel.messages.mofile import read_mo

from payments.infra.translations import DOMAIN, wrong_with

FOLDER: Final = "payments/translations"


def mistakes(root: Path) -> list[str]:
    """What is wrong with each translation that cannot be used, or leaves a value out.

    Args:
        root: The repository.
    """
    return [
        f"{file.relative_to(root)}: {words!r} for {template!r}: {wrong}"
        for file in sorted((root / FOLDER).glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
        for template, words, wrong in _in_file(file)
    ]


def _in_file(file: Path) -> Iterator[tuple[str, str, str]]:
    with file.open("rb") as opened:
        messages = list(read_mo(opened))
    for message in filter(lambda each: each.id, messages):
        templates, said = _all(message.id), _all(message.string)
        names = frozenset(name for each in templates for name in _names(each))
        number = {"n"} if len(templates) > 1 else set()
        for words in said:
            wrong = wrong_with(words, names)
            if wrong is None and (missing := names - number - set(_names(words))):
                wrong = f"{', '.join(sorted(missing))} is left out"
            if wrong is not None:
                yield templates[0], words, wrong


def _all(forms: str | Sequence[str] | None) -> list[str]:
    """The forms of a message, one for each number that its language tells apart."""
    return [forms or ""] if isinstance(forms, str | None) else list(forms)


def _names(template: str) -> Iterator[str]:
    return (name for _, name, _, _ in Formatter().parse(template) if name)
