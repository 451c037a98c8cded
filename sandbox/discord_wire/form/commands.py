"""What Discord refuses in application commands (its page "Application Commands")."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from sandbox.discord_wire import errors
from sandbox.discord_wire.command_options import (
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MENTIONABLE,
    MESSAGE_MENU,
    NUMBER,
    ROLE,
    SLASH,
    STRING,
    SUBCOMMAND,
    USER,
    USER_MENU,
)
from sandbox.discord_wire.components import Path
from sandbox.discord_wire.form.answers import CHOICE, CHOICE_VALUES, SAFE
from sandbox.discord_wire.form.layout import CHANNEL_TYPES
from sandbox.discord_wire.form.rules import (
    Form,
    Rule,
    boolean,
    by_locale,
    in_turn,
    integer,
    listed,
    number,
    one_of,
    record,
    required,
    snowflake,
    text,
    union,
)
from sandbox.discord_wire.payloads import Json

_ATTACHMENT = 11
_OPTIONS, _TYPED = 25, 6000
_SIZE = 8000
"""Characters of all names, descriptions and values of one command, with its options and choices."""
_SLASH_COMMANDS = 100


def _slash_name(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
    """Letters, digits, `-`, `_` and `'`; no capital where there is a small one."""
    refused = form.refusals
    text(32, least=1)(form, path, value)
    if form.refusals > refused:
        return
    if value != value.lower() or not all(each in "-_'" or _is_word(each) for each in value):
        said = "Command name is invalid"
        form.refuse(path, "APPLICATION_COMMAND_INVALID_NAME", said)


def _is_word(character: str) -> bool:
    """Of Unicode's letters and numbers, or a sign inside words of Devanagari and Thai."""
    category = unicodedata.category(character)
    named = unicodedata.name(character, "")
    return category[0] in "LN" or (category[0] == "M" and named.startswith(("DEVANAGARI", "THAI")))


_DESCRIPTION = text(100, least=1)
_NAMED: dict[str, Rule] = {
    "name": _slash_name,
    "name_localizations": by_locale(_slash_name),
    "description": _DESCRIPTION,
    "description_localizations": by_locale(_DESCRIPTION),
    "required": boolean,
}


def _option(**more: Rule) -> Rule:
    return record(_NAMED | more, needed=("name", "description"))


def _check_choices(form: Form, path: Path, option: Json) -> None:
    """Choices are of the option's type, and stand for themselves or are completed, not both."""
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        form.refuse(
            (*path, "choices"),
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
            "Choices and autocomplete cannot both be used",
        )
    for at, each in enumerate(choices):
        CHOICE_VALUES[option["type"]](form, (*path, "choices", at, "value"), each["value"])


def _check_bounds(form: Form, path: Path, option: Json) -> None:
    for low, high in (("min_length", "max_length"), ("min_value", "max_value")):
        least, most = option.get(low), option.get(high)
        if least is not None and most is not None and least > most:
            said = f"int value should be less than or equal to {most}."
            form.refuse((*path, low), "NUMBER_TYPE_MAX", said)


def _chosen(**more: Rule) -> Rule:
    asked = _option(autocomplete=boolean, choices=listed(CHOICE, _OPTIONS), **more)
    return in_turn(asked, _check_choices, _check_bounds)


def _check_order(form: Form, path: Path, holder: Json) -> None:
    """No name twice, what is required first, and no option beside a subcommand."""
    options = holder.get("options") or []
    names: set[str] = set()
    may_follow = True
    for at, each in enumerate(options):
        place = (*path, "options", at)
        if each["name"] in names:
            said = f"Option name {each['name']} is already used in these options"
            form.refuse(place, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", said)
        names.add(each["name"])
        if each.get("required") and not may_follow:
            said = "Required options must be placed before non-required options"
            form.refuse(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", said)
        may_follow = may_follow and bool(each.get("required"))
    nested = [each["type"] in {SUBCOMMAND, GROUP} for each in options]
    if any(nested) and not all(nested):
        said = "Sub-command and sub-command group option types are mutually exclusive to all others"
        form.refuse((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", said)


_VALUES: dict[int, Rule] = {
    STRING: _chosen(min_length=integer(0, _TYPED), max_length=integer(1, _TYPED)),
    INTEGER: _chosen(min_value=integer(-SAFE, SAFE), max_value=integer(-SAFE, SAFE)),
    BOOLEAN: _option(),
    USER: _option(),
    CHANNEL: _option(channel_types=listed(one_of(*CHANNEL_TYPES), len(CHANNEL_TYPES), unique=True)),
    ROLE: _option(),
    MENTIONABLE: _option(),
    NUMBER: _chosen(min_value=number, max_value=number),
    _ATTACHMENT: _option(),
}
_SUBCOMMAND = in_turn(_option(options=listed(union(_VALUES), _OPTIONS)), _check_order)
_GROUP = in_turn(_option(options=listed(union({SUBCOMMAND: _SUBCOMMAND}), _OPTIONS)), _check_order)
_COMMON: dict[str, Rule] = {
    "default_member_permissions": snowflake,
    "dm_permission": boolean,
    "nsfw": boolean,
    "contexts": listed(one_of(0, 1, 2), 3, least=1, unique=True),
    "integration_types": listed(one_of(0, 1), 2, least=1, unique=True),
}
_SLASH_RULE = in_turn(
    record(
        _COMMON
        | _NAMED
        | {"options": listed(union({SUBCOMMAND: _SUBCOMMAND, GROUP: _GROUP} | _VALUES), _OPTIONS)},
        needed=("name", "description"),
    ),
    _check_order,
)


def _check_menu(form: Form, path: Path, command: Json) -> None:
    """A menu's command has a name of any letters, and neither a description nor options."""
    record(_COMMON | {"name": text(32, least=1)}, needed=("name",))(form, path, command)
    for name in ("description", "options"):
        if command.get(name):
            said = f"Context menu commands cannot have {name}"
            form.refuse((*path, name), f"APPLICATION_COMMAND_{name.upper()}_INVALID", said)


def _check_size(form: Form, path: Path, command: Json) -> None:
    if sum(_sizes(command)) > _SIZE:
        said = f"Command exceeds maximum size ({_SIZE})"
        form.refuse(path, "APPLICATION_COMMAND_TOO_LARGE", said)


def _sizes(named: Json) -> Iterable[int]:
    """The lengths of what counts; of several languages the longest text."""
    for field in ("name", "description"):
        texts = [named.get(field) or "", *(named.get(field + "_localizations") or {}).values()]
        yield max(map(len, texts))
    if isinstance(named.get("value"), str):
        yield len(named["value"])
    for each in [*(named.get("options") or []), *(named.get("choices") or [])]:
        yield from _sizes(each)


_KINDS: dict[int, Rule] = {SLASH: _SLASH_RULE, USER_MENU: _check_menu, MESSAGE_MENU: _check_menu}


def _check(form: Form, path: Path, command: Any) -> None:  # noqa: ANN401 - whatever was sent
    if not isinstance(command, dict):
        record({})(form, path, command)
        return
    kind = command.get("type")
    kind = SLASH if kind is None else kind
    if isinstance(kind, bool) or kind not in _KINDS:
        one_of(*_KINDS)(form, (*path, "type"), kind)
    elif not command.get("name"):
        required(form, (*path, "name"))
    else:
        in_turn(_KINDS[kind], _check_size)(form, path, command)


def check_command(command: Any) -> None:  # noqa: ANN401 - whatever was sent
    """Refuse one command that Discord refuses.

    Raises:
        ApiError: 50035 with the fields.
    """
    form = Form()
    _check(form, (), command)
    form.close()


def check_commands(given: Any) -> None:  # noqa: ANN401 - whatever was sent
    """Refuse a whole list that is to stand in the place of all commands.

    Raises:
        ApiError: 50035 with the fields, or 30032 for more than 100 slash commands.
    """
    form = Form()
    listed(_check, len(given) if isinstance(given, list) else 0)(form, (), given)
    form.close()
    keys = [command_key(each) for each in given]
    for at, key in enumerate(keys):
        if key in keys[:at]:
            said = "Application command names must be unique"
            form.refuse((at, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", said)
    form.close()
    check_count(given)


def check_count(commands: Iterable[Json]) -> None:
    """Refuse more slash commands than an application may have in one place.

    Raises:
        ApiError: 30032.
    """
    if sum(command_key(each)[1] == SLASH for each in commands) > _SLASH_COMMANDS:
        raise errors.too_many_commands(_SLASH_COMMANDS)


def command_key(command: Json) -> tuple[str, int]:
    """What no two commands of an application share."""
    return command["name"], command.get("type") or SLASH
