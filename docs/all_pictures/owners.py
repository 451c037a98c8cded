"""What owners see: packages, settings, the panel with its forms, figures, other programs."""

from typing import Any, Final

from play import Play

HERE: Final = "olga-mods"

GIFTS_MILLISECONDS: Final = 90_000
"""How long a gift's announcement may take: those of a minute are told together."""


async def take_owners(play: Play) -> None:
    """Everything that Olga can do."""
    await _do(play, "help", "What you can do here", "help")
    await _packages(play)
    await _panel(play)
    await _settings(play)
    await _figures(play)
    await _programs(play)
    await _announcements(play)


async def _do(play: Play, picture: str, words: str, command: str, /, **options: Any) -> Any:  # noqa: ANN401 - SimCord's
    shown = await play.slash("olga", "mods", command, **options)
    await play.see(picture, HERE, words, shown)
    return shown


async def _packages(play: Play) -> None:
    await _do(play, "package-list", "For sale", "package list")
    new = {"name": "Fleet *Pack*", "points": 12_000, "price": "79.90"}
    await _do(play, "package-add", "For sale now", "package add", **new)
    await _do(
        play, "package-add-too-cheap", "least", "package add", name="Tiny", points=1, price="0.10"
    )
    *_, last = await play.choices("olga", "mods", "package edit", "package")
    await _do(play, "package-edit", "Changed", "package edit", package=last, price="74.90")
    await _do(play, "package-edit-nothing", "Choose what", "package edit", package=last)
    await _do(play, "package-retire", "No longer for sale", "package retire", package=last)


async def _panel(play: Play) -> None:
    await _do(play, "panel", "Set up", "setup panel")
    card = play.page.get_by_role("article").filter(has_text="Set up").last
    form = play.page.locator(".modal-dialog")
    for button, name in (
        ("Add a package…", "form-package"),
        ("Names…", "form-names"),
        ("Limits…", "form-limits"),
    ):
        if await card.get_by_role("button", name=button).count():
            await card.get_by_role("button", name=button).click()
            await play.take(name, form)
            await form.get_by_role("button", name="Cancel").click()
    await card.get_by_role("button", name="Orders…").click()
    await play.see("panel-orders", HERE, "Channel for orders")


async def _settings(play: Play) -> None:
    general = play.stage.world.general
    await _do(play, "setup-show", "Settings", "setup show")
    await _do(play, "setup-set-nothing", "Choose what", "setup set")
    await _do(play, "setup-announce-refused", "First choose", "setup announce", purchases=True)
    await _do(
        play,
        "setup-set",
        "Settings changed",
        "setup set",
        announcement_channel=general,
        notice_channel=general,
        maturity_hours=0,
        time_zone="Europe/Vienna",
    )
    await _do(
        play, "setup-announce", "Settings changed", "setup announce", purchases=True, gifts=True
    )
    await _do(play, "setup-clear", "Settings changed", "setup clear", setting="grant_limit")
    await _do(play, "sales-off", "off", "setup sales", on=False)
    await play.slash("ada", "general", "buy", package="demo-0")
    await play.see("buy-while-off", "ada-general", "Sales are switched off")
    await _do(play, "sales-on", "on", "setup sales", on=True)


async def _figures(play: Play) -> None:
    await play.buy("demo-1")
    await _do(play, "status", "ok", "status")
    await _do(play, "stats", "The last 30 days", "stats")


async def _programs(play: Play) -> None:
    await _do(play, "subscriber-list-empty", "subscriber", "subscriber list")
    await _do(
        play, "subscriber-add", "secret", "subscriber add", address="https://example.com/hook"
    )
    await _do(play, "subscriber-list", "example.com", "subscriber list")
    only, *_ = await play.choices("olga", "mods", "subscriber remove", "subscriber")
    await _do(play, "subscriber-remove", "example.com", "subscriber remove", subscriber=only)


async def _announcements(play: Play) -> None:
    await play.buy("demo-0")
    await play.see("announcement-purchase", "ben-general", "Thank you!")
    await play.slash("ben", "general", "transfer", member="ada", points=3)
    await play.see("announcement-gift", "ben-general", "A gift", milliseconds=GIFTS_MILLISECONDS)
