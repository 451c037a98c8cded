"""Commands that Discord refuses, each with the place and the code that it names."""

from tests.sandbox.discord_wire.bodies import (
    BAD,
    KIND,
    LONG,
    REQUIRED,
    Refused,
    refused,
    unpublished,
)
from tests.support.schemas import Json


def command(name: str = "buy", *options: Json, **fields: object) -> Json:
    return {"name": name, "description": "Buy points", "options": list(options)} | fields


def asked(name: str = "package", kind: int = 3, **fields: object) -> Json:
    return {"name": name, "type": kind, "description": "Which one"} | fields


def sub(name: str = "add", *options: Json, **fields: object) -> Json:
    return asked(name, 1, options=list(options)) | fields


def choices(count: int) -> list[Json]:
    return [{"name": str(n), "value": str(n)} for n in range(count)]


LARGE = [
    asked(
        f"option{n}",
        description="x" * 100,
        choices=[{"name": "n" * 60, "value": f"{m}" + "v" * 60} for m in range(3)],
    )
    for n in range(20)
]
"""More than 8,000 characters, none of them too many by itself."""

REFUSED: list[Refused] = [
    refused("no name", {"description": "Buy"}, "name", REQUIRED),
    refused("long name", command("x" * 33), "name", BAD),
    unpublished("capital", command("Buy"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    unpublished("space", command("buy points"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
    unpublished("no description", {"name": "buy"}, "description", REQUIRED),
    refused("long description", command(description="x" * 101), "description", BAD),
    refused("26 options", command("buy", *(asked(f"o{n}") for n in range(26))), "options", LONG),
    refused(
        "option without description",
        command("buy", {"name": "a", "type": 3}),
        "options.0.description",
        REQUIRED,
    ),
    unpublished(
        "option's name",
        command("buy", asked("Package")),
        "options.0.name",
        "APPLICATION_COMMAND_INVALID_NAME",
    ),
    refused("unknown type", command("buy", asked(kind=12)), "options.0", KIND),
    unpublished(
        "required after optional",
        command("buy", asked("a"), asked("b", required=True)),
        "options.1",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    unpublished(
        "required after optional, in a subcommand",
        command("package", sub("add", asked("a"), asked("b", required=True))),
        "options.0.options.1",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    unpublished(
        "name twice",
        command("buy", asked("a"), asked("a")),
        "options.1",
        "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
    ),
    refused("26 choices", command("buy", asked(choices=choices(26))), "options.0.choices", LONG),
    refused(
        "long choice",
        command("buy", asked(choices=[{"name": "x" * 101, "value": "a"}])),
        "options.0.choices.0.name",
        BAD,
    ),
    unpublished(
        "long value",
        command("buy", asked(choices=[{"name": "a", "value": "x" * 101}])),
        "options.0.choices.0.value",
        BAD,
    ),
    refused(
        "text for a number",
        command("buy", asked(kind=4, choices=[{"name": "a", "value": "one"}])),
        "options.0.choices.0.value",
        "NUMBER_TYPE_COERCE",
    ),
    refused(
        "group in a group",
        command("a", asked("b", 2, options=[asked("c", 2, options=[])])),
        "options.0.options.0",
        KIND,
    ),
    unpublished(
        "subcommand beside an option",
        command("package", sub(), asked()),
        "options",
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    unpublished("too large", command("buy", *LARGE), "", "APPLICATION_COMMAND_TOO_LARGE"),
    refused("no context", command(contexts=[]), "contexts", BAD),
]
