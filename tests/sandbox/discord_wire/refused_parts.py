"""Rows, buttons and selects that Discord refuses, each with the place and the code."""

from tests.sandbox.discord_wire.bodies import (
    BAD,
    EXCLUSIVE,
    FIRST,
    IN_ROW,
    LONG,
    REQUIRED,
    Refused,
    button,
    link,
    old,
    option,
    refused,
    row,
    select,
    unpublished,
)

REFUSED: list[Refused] = [
    # Rows.
    unpublished(
        "six rows",
        {"content": "x", "components": [row(button(str(n))) for n in range(6)]},
        "components",
        LONG,
    ),
    refused("six buttons", old(*(button(str(n)) for n in range(6))), f"{FIRST}.components", BAD),
    refused("empty row", old(), f"{FIRST}.components", BAD),
    unpublished(
        "select beside a button",
        old(button(), select(option())),
        f"{FIRST}.components.1",
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
    ),
    unpublished(
        "custom id twice",
        old(button("a"), button("a")),
        f"{FIRST}.components.1.custom_id",
        "COMPONENT_CUSTOM_ID_DUPLICATED",
    ),
    refused("long custom id", old(button("x" * 101)), f"{IN_ROW}.custom_id", BAD),
    # Buttons.
    refused("long label", old(button(label="x" * 81)), f"{IN_ROW}.label", LONG),
    unpublished("no label", old(button(label="")), f"{IN_ROW}.label", REQUIRED),
    refused(
        "no style", old({"type": 2, "label": "Go", "custom_id": "a"}), f"{IN_ROW}.style", REQUIRED
    ),
    refused("style 7", old(button(style=7)), f"{IN_ROW}.style", "BASE_TYPE_CHOICES"),
    unpublished(
        "no custom id",
        old({"type": 2, "style": 1, "label": "Go"}),
        f"{IN_ROW}.custom_id",
        "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
    ),
    unpublished(
        "link with a custom id", old(link(custom_id="a")), f"{IN_ROW}.custom_id", EXCLUSIVE
    ),
    unpublished(
        "link without an address",
        old(link(url=None)),
        f"{IN_ROW}.url",
        "BUTTON_COMPONENT_URL_REQUIRED",
    ),
    refused(
        "long address", old(link(url="https://pay.example/" + "x" * 493)), f"{IN_ROW}.url", BAD
    ),
    unpublished(
        "address of no page",
        old(link(url="javascript://x")),
        f"{IN_ROW}.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    refused(
        "emoji without a name", old(button(emoji={"id": "1"})), f"{IN_ROW}.emoji.name", REQUIRED
    ),
    # Selects.
    refused("no options", old(select()), f"{IN_ROW}.options", BAD),
    refused(
        "26 options", old(select(*(option(str(n)) for n in range(26)))), f"{IN_ROW}.options", BAD
    ),
    unpublished(
        "value twice",
        old(select(option("a"), option("a"))),
        f"{IN_ROW}.options.1",
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    refused("long option", old(select(option(label="x" * 101))), f"{IN_ROW}.options.0.label", BAD),
    refused(
        "long value", old(select(option("x" * 101, label="a"))), f"{IN_ROW}.options.0.value", BAD
    ),
    refused(
        "long description",
        old(select(option(description="x" * 101))),
        f"{IN_ROW}.options.0.description",
        LONG,
    ),
    refused(
        "long placeholder",
        old(select(option(), placeholder="x" * 151)),
        f"{IN_ROW}.placeholder",
        LONG,
    ),
    unpublished(
        "more than there are",
        old(select(option(), max_values=2)),
        f"{IN_ROW}.options",
        "BASE_TYPE_MIN_LENGTH",
    ),
    unpublished(
        "at least more than at most",
        old(select(option("a"), option("b"), min_values=2)),
        f"{IN_ROW}.min_values",
        "NUMBER_TYPE_MAX",
    ),
    unpublished(
        "two chosen of one",
        old(select(option("a", default=True), option("b", default=True))),
        f"{IN_ROW}.options",
        "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES",
    ),
    refused("select without a custom id", old({"type": 5}), f"{IN_ROW}.custom_id", REQUIRED),
]
