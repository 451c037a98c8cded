"""All that a translator translates: templates, and the descriptions of slash commands."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from payments.infra.translations import DOMAIN
from tests.sentences.templates import MAKERS, PROGRAM


def catalogue_of(root: Path) -> Catalog:
    """An empty catalogue with each template of the program, and where it stands.

    It is the same for the same source: no day of its making stands in it.

    Args:
        root: The repository.
    """
    found = Catalog(
        domain=DOMAIN,
        project="Guildbank",
        version="1",
        header_comment="# What people read in Guildbank: translate each msgid, keep the {names}.",
        copyright_holder="Guildbank",
        msgid_bugs_address="",
        creation_date=datetime.fromtimestamp(0, UTC),
        fuzzy=False,
    )
    for package in PROGRAM:
        for path in sorted((root / package).rglob("*.py")):
            for line, message in templates_in(path):
                found.add(message, locations=[(path.relative_to(root).as_posix(), line)])
    for file in sorted((root / "bot").rglob("*.py")):
        for line, words in descriptions_in(file.read_text("utf-8")):
            found.add(words, locations=[(str(file.relative_to(root)), line)])
    return found


def templates_in(path: Path) -> Iterator[tuple[int, str | tuple[str, ...]]]:
    """The templates in one file, and their lines; where no maker is named, nothing is parsed."""
    if any(name.encode() in path.read_bytes() for name in MAKERS):
        for line, message, _, _ in extract_from_file("python", path, keywords=_KEYWORDS):
            yield line, message


_KEYWORDS: Final = {name: (1, 2) if count == 2 else None for name, count in MAKERS.items()}


def written(catalogue: Catalog) -> bytes:
    """A catalogue as the file that translators' tools read."""
    file = BytesIO()
    write_po(file, catalogue, sort_output=True, omit_header=False)
    return file.getvalue()


def descriptions_in(source: str) -> Iterator[tuple[int, str]]:
    """The descriptions of slash commands in one file, and their lines.

    A command's own is the first paragraph of its docstring, in one line; its options' stand in
    `describe`, a group's with the group.
    """
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.AsyncFunctionDef() if any(map(_is_command, node.decorator_list)):
                first = (ast.get_docstring(node) or "").split("\n\n")[0]
                yield node.lineno, " ".join(first.split())
            case ast.Call(func=ast.Attribute(attr="describe"), keywords=options):
                for option in options:
                    if isinstance(option.value, ast.Constant):
                        yield option.value.lineno, str(option.value.value)
            case ast.ClassDef(keywords=given):
                yield from _constants(given, {"group_description"})
            case ast.Call(func=ast.Attribute(attr="Group" | "Choice"), keywords=given):
                yield from _constants(given, {"description", "name"})
            case ast.Call(func=ast.Attribute(attr="__init__"), keywords=given):
                yield from _constants(given, {"description"})


def _constants(given: list[ast.keyword], names: set[str]) -> Iterator[tuple[int, str]]:
    for each in given:
        if each.arg in names and isinstance(each.value, ast.Constant):
            yield each.value.lineno, str(each.value.value)


def _is_command(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr == "command"
