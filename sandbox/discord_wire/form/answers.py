"""What Discord refuses in a modal or an autocompletion.

After its pages "Receiving and Responding to Interactions" and "Component Reference".
"""

from typing import Any

from sandbox.discord_wire import components as kinds
from sandbox.discord_wire.command_options import INTEGER, NUMBER, STRING
from sandbox.discord_wire.components import Path
from sandbox.discord_wire.form.layout import CUSTOM_ID, SELECTS, TEXT, kind
from sandbox.discord_wire.form.messages import check_whole
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
    text,
    union,
)
from sandbox.discord_wire.payloads import Json

_PARTS = 5
"""Components of a modal (page "Receiving and Responding to Interactions", "Modal"); the published
document lets 40 pass."""
_TYPED, _GROUP = 4000, 10
_WHERE: Path = ("data",)
SAFE = 2**53 - 1
"""The largest whole number that a client can tell from its neighbours."""


def _check_typed(form: Form, path: Path, field: Json) -> None:
    """What stands in a field at the start must fit it."""
    least, most = field.get("min_length") or 0, field.get("max_length") or _TYPED
    if least > most:
        said = f"int value should be less than or equal to {most}."
        form.refuse((*path, "min_length"), "NUMBER_TYPE_MAX", said)
    elif field.get("value"):
        text(most, least)(form, (*path, "value"), field["value"])


_TEXT_INPUT = in_turn(
    kind(
        {
            "custom_id": CUSTOM_ID,
            "style": one_of(1, 2),
            "label": text(45, least=1),
            "value": text(_TYPED),
            "placeholder": text(100),
            "required": boolean,
            "min_length": integer(0, _TYPED),
            "max_length": integer(1, _TYPED),
        },
        "custom_id",
        "style",
    ),
    _check_typed,
)


def _labelled(form: Form, path: Path, field: Json) -> None:
    """A field that stands in a row by itself needs a label; one inside a Label must have none."""
    if not field.get("label"):
        required(form, (*path, "label"))


def _group(least: int) -> Rule:
    option = record(
        {
            "label": text(100, least=1),
            "value": text(100, least=1),
            "description": text(100),
            "default": boolean,
        },
        needed=("label", "value"),
    )
    rules = {
        "custom_id": CUSTOM_ID,
        "required": boolean,
        "min_values": integer(0, _GROUP),
        "max_values": integer(1, _GROUP),
        "options": listed(option, _GROUP, least=least),
    }
    return kind(rules, "custom_id", "options")


_FILE_UPLOAD = kind(
    {
        "custom_id": CUSTOM_ID,
        "required": boolean,
        "min_values": integer(0, _GROUP),
        "max_values": integer(1, _GROUP),
    },
    "custom_id",
)
_IN_LABELS: dict[int, Rule] = SELECTS | {
    kinds.TEXT_INPUT: _TEXT_INPUT,
    kinds.FILE_UPLOAD: _FILE_UPLOAD,
    kinds.RADIO_GROUP: _group(least=2),
    kinds.CHECKBOX_GROUP: _group(least=1),
    kinds.CHECKBOX: kind({"custom_id": CUSTOM_ID, "default": boolean}, "custom_id"),
}
_LABEL = kind(
    {
        "label": text(45, least=1),
        "description": text(100, least=1),
        "component": union(_IN_LABELS),
    },
    "label",
    "component",
)
_ROW = kind(
    {
        "components": listed(
            union({kinds.TEXT_INPUT: in_turn(_TEXT_INPUT, _labelled)}), 1, least=1
        ),
    },
    "components",
)
_MODAL = record(
    {
        "title": text(45, least=1),
        "custom_id": CUSTOM_ID,
        "components": listed(
            union({kinds.ROW: _ROW, kinds.TEXT: TEXT, kinds.LABEL: _LABEL}), _PARTS, least=1
        ),
    },
    needed=("title", "custom_id", "components"),
)


def check_modal(modal: Json) -> None:
    """Refuse a modal that Discord refuses.

    Raises:
        ApiError: 50035 with the fields.
    """
    form = Form()

    def together(form: Form, path: Path, value: Json) -> None:
        check_whole(form, (*path, "components"), value["components"])

    in_turn(_MODAL, together)(form, _WHERE, modal)
    form.close()


CHOICE_VALUES: dict[int, Rule] = {
    STRING: text(100, least=1),
    INTEGER: integer(-SAFE, SAFE),
    NUMBER: number,
}
"""What a choice may stand for, by the type of its option. A text has 100 characters at most (page
"Application Commands", "Choice"); the published document lets 6,000 pass."""


def _anything(form: Form, path: Path, value: Any) -> None:  # noqa: ANN401 - whatever was sent
    """The option's type says what it must be."""


CHOICE = record(
    {
        "name": text(100, least=1),
        "value": _anything,
        "name_localizations": by_locale(text(100, least=1)),
    },
    needed=("name", "value"),
)


def check_choices(data: Json, kind: int) -> None:
    """Refuse an autocompletion that Discord refuses: more than 25 choices, or one that is wrong.

    Args:
        data: What is answered.
        kind: The type of the option that is completed.

    Raises:
        ApiError: 50035 with the fields.
    """
    form = Form()

    def fits(form: Form, path: Path, value: Json) -> None:
        for at, each in enumerate(value["choices"]):
            CHOICE_VALUES[kind](form, (*path, "choices", at, "value"), each["value"])

    whole = record({"choices": listed(CHOICE, 25)}, needed=("choices",))
    in_turn(whole, fits)(form, _WHERE, data)
    form.close()
