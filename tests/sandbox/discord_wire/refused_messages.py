"""Messages that Discord refuses, each with the place and the code that it names."""

from tests.sandbox.discord_wire.bodies import (
    BAD,
    FIRST,
    IN_ROW,
    KIND,
    LEGACY,
    LONG,
    MISSING,
    REQUIRED,
    Refused,
    button,
    container,
    gallery,
    old,
    option,
    refused,
    row,
    said,
    section,
    select,
    unpublished,
    v2,
)

REFUSED: list[Refused] = [
    # Whole messages.
    unpublished("long content", {"content": "x" * 2001}, "content", LONG),
    refused("content is a list", {"content": ["x"]}, "content", "STRING_TYPE_CONVERT"),
    unpublished(
        "long embeds",
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
        "embeds",
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
    refused("many embeds", {"embeds": [{"title": "x"}] * 11}, "embeds", LONG),
    unpublished(
        "embed's field without value",
        {"embeds": [{"fields": [{"name": "x", "value": " "}]}]},
        "embeds.0.fields.0.value",
        REQUIRED,
    ),
    refused("colour", {"embeds": [{"color": 1 << 24}]}, "embeds.0.color", "NUMBER_TYPE_MAX"),
    refused(
        "unknown mentions",
        {"content": "x", "allowed_mentions": {"parse": ["here"]}},
        "allowed_mentions.parse.0",
        "BASE_TYPE_CHOICES",
    ),
    # Components V2.
    unpublished("V2 without the flag", {"components": [said()]}, FIRST, KIND),
    unpublished("content beside V2", v2(said(), content="x"), "content", LEGACY),
    unpublished("embeds beside V2", v2(said(), embeds=[{"title": "x"}]), "embeds", LEGACY),
    unpublished(
        "4,001 characters in all",
        v2(said("x" * 2000), container(said("x" * 2001))),
        "components",
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    refused("empty text", v2(said("")), f"{FIRST}.content", REQUIRED),
    unpublished(
        "41 components", v2(*(container(*[said()] * 20) for _ in range(2))), "components", LONG
    ),
    refused("container in container", v2(container(container(said()))), IN_ROW, KIND),
    refused("button at the top", v2(button()), FIRST, KIND),
    refused("row in a row", old(row(button())), IN_ROW, KIND),
    refused("text in a row", v2(row(said())), IN_ROW, KIND),
    refused(
        "text input in a message", old({"type": 4, "custom_id": "a", "style": 1}), IN_ROW, KIND
    ),
    refused("empty container", v2(container()), f"{FIRST}.components", BAD),
    refused("section without accessory", v2(section(None)), f"{FIRST}.accessory", REQUIRED),
    refused("select as accessory", v2(section(select(option()))), f"{FIRST}.accessory", KIND),
    refused(
        "four texts in a section", v2(section(button(), *[said()] * 4)), f"{FIRST}.components", BAD
    ),
    refused("button among a section's texts", v2(section(button(), button("b"))), IN_ROW, KIND),
    refused(
        "colour of a container",
        v2(container(said(), accent_color=-1)),
        f"{FIRST}.accent_color",
        "NUMBER_TYPE_MIN",
    ),
    refused(
        "wide separator", v2({"type": 14, "spacing": 3}), f"{FIRST}.spacing", "BASE_TYPE_CHOICES"
    ),
    # Files.
    unpublished(
        "missing picture",
        v2(gallery("attachment://chart.png")),
        f"{FIRST}.items.0.media.url",
        MISSING,
    ),
    unpublished(
        "missing thumbnail",
        v2(section({"type": 11, "media": {"url": "attachment://a.png"}})),
        f"{FIRST}.accessory.media.url",
        MISSING,
    ),
    unpublished(
        "missing file",
        v2({"type": 13, "file": {"url": "attachment://a.csv"}}),
        f"{FIRST}.file.url",
        MISSING,
    ),
    unpublished(
        "file from elsewhere",
        v2({"type": 13, "file": {"url": "https://files.example/a.csv"}}),
        f"{FIRST}.file.url",
        "URL_TYPE_INVALID_SCHEME",
    ),
    refused("empty gallery", v2({"type": 12, "items": []}), f"{FIRST}.items", BAD),
]
