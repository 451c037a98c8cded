"""All subcommands of `guildbank`, from the program's own help."""

import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final, Literal, Union, get_args, get_origin

import typer.main
from tables import table

from app.cli.examples import EXAMPLES, EXIT_CODES, PROGRAM
from app.cli.main import app

KINDS: Final = {"int": "whole number", "Path": "file", "datetime": "time, UTC", "str": "text"}


def command_line() -> str:
    """Each subcommand with its help, options and examples, in the order of the examples."""
    parts = []
    order = list(EXAMPLES)
    found = dict(_leaves(typer.main.get_command(app)))
    for name in sorted(found, key=lambda each: order.index(each) if each in order else len(order)):
        command = found[name]
        parts += [f"## {PROGRAM} {name} {{ #{name.replace(' ', '-')} }}", command.help]
        given = [each for each in command.params if not each.hidden]
        if given:
            head = ("option", "what", "meaning", "if left out")
            parts.append(table(head, ((_name(x), _what(x), x.help, _default(x)) for x in given)))
        parts.append("\n".join(("```", *EXAMPLES.get(name, ()), "```")))
    return "\n\n".join(parts)


def exit_codes() -> str:
    """What the exit codes mean, as a table."""
    return table(("exit code", "meaning"), ((f"`{x}`", words) for x, words in EXIT_CODES.items()))


def _leaves(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer's
    for name, command in group.commands.items():
        whole = f"{before}{name}"
        if hasattr(command, "commands"):
            yield from _leaves(command, f"{whole} ")
        else:
            yield whole, command


def _name(parameter: Any) -> str:  # noqa: ANN401 - as above
    if parameter.opts[0].startswith("-"):
        return ", ".join(f"`{each}`" for each in (*parameter.opts, *parameter.secondary_opts))
    return f"`{parameter.name.upper()}`"


def _what(parameter: Any) -> str:  # noqa: ANN401 - as above
    kind = parameter.type_descriptor.annotation
    if get_origin(kind) in {Union, types.UnionType}:
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    if kind is bool:
        return "switch"
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f"`{each}`" for each in get_args(kind))
    if issubclass(kind, Enum):
        return "one of " + ", ".join(f"`{each.value}`" for each in kind)
    words = KINDS.get(kind.__name__, kind.__name__)
    if parameter.min is not None and parameter.max is not None:
        return f"{words}, {parameter.min} to {parameter.max}"
    return f"{words}, at least {parameter.min}" if parameter.min is not None else words


def _default(parameter: Any) -> str:  # noqa: ANN401 - as above
    if parameter.required:
        return "must be given"
    default = parameter.default
    if default is None or default is False or not parameter.show_default:
        return ""
    return f"`{default.value if isinstance(default, Enum) else default}`"
