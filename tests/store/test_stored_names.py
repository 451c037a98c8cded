"""What commands and events are called in the database, and their fields: written down once.

Classes may be renamed, and so may fields that are not compared. A compared field, or one of an
event, is a key of stored JSON: under another name the same command would count as another one.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import payments.commands
from payments.commands.base import Command
from payments.domain.values.events import EVENTS
from tests.support.shown import compare


def stored_commands(of: type[Command[Any]] = Command) -> Iterator[type[Command[Any]]]:
    """All of the program's, not those that tests make."""
    for each in of.__subclasses__():
        if "kind" in vars(each) and each.__module__.startswith("payments."):
            yield each
        yield from stored_commands(each)


def test_stored_names_are_as_written_down() -> None:
    for module in pkgutil.walk_packages(payments.commands.__path__, "payments.commands."):
        importlib.import_module(module.name)
    commands = {
        each.kind: sorted(field.name for field in fields(each) if field.compare)
        for each in stored_commands()
    }
    events = {name: sorted(field.name for field in fields(kind)) for name, kind in EVENTS.items()}
    assert len(commands) > 30
    compare(Path(__file__).parent / "stored_names.json", {"commands": commands, "events": events})
