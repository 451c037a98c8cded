"""The built pages: what they must name, where their links lead, and what they load."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import typer.main

from app.cli.examples import EXIT_CODES
from app.cli.main import app
from app.process import Guildbank
from bot.startup.command_sync import commands_hash
from payments.infra.encryption import new_key
from payments.providers.settings import load_settings, settings_model
from payments.providers.stripe.inspection import NEEDED, USEFUL
from payments.providers.stripe.sessions import CHECKOUT_EVENTS
from payments.providers.stripe.updates import API_VERSION, LOOKED_UP

ADDRESSES = {"healthz", "readyz", "metrics", "mailbox"}
"""What begins with a slash and is no command."""


class Page(HTMLParser):
    """What of a page is looked at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.words = ""
        self.feed(text)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (anchor := given.get("id")) is not None:
            self.anchors.add(anchor)
        if tag == "img":
            self.pictures.append(given)
        address = given.get("href") or given.get("src")
        if address is None:
            return
        (self.links if tag == "a" else self.loaded).append(address)

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in site.rglob("*.html")}


@pytest.fixture
async def commands(tmp_path: Path) -> dict[str, Any]:
    """All slash commands, as if they were the options of one."""
    settings = load_settings(
        (),
        _env_file=None,
        discord_token="none",
        stripe_secret_key="sk_test_none",
        stripe_webhook_secret="whsec_none",
        guild_ids="*",
        encryption_keys=new_key(),
        database_url=f"sqlite:///{tmp_path}/none.db",
    )
    guildbank = Guildbank(settings)
    await commands_hash(guildbank.bot)
    tree = guildbank.bot.tree
    registered = [dict(each.to_dict(tree)) for each in tree.get_commands()]
    await guildbank.close()
    return {"options": registered}


def test_every_setting_is_named_with_its_meaning(site: Path, pages: dict[Path, Page]) -> None:
    words = pages[site / "settings.html"].words
    for name in settings_model().model_fields:
        row = re.search(rf"\b{name.upper()} (.+?)(?= [A-Z]+_|$)", words)
        assert row is not None, name
        assert len(row.group(1)) > 20, name


def test_every_command_and_option_is_named(
    site: Path, pages: dict[Path, Page], commands: dict[str, Any]
) -> None:
    page = pages[site / "commands.html"]
    for name, command in _leaves(commands):
        assert name.lower().replace(" ", "-") in page.anchors, name
        assert command.get("description", "") in page.words
        for option in command.get("options", []):
            assert f"{option['name']} " in page.words
            assert option["description"] in page.words


def test_every_subcommand_is_named_with_its_options(site: Path, pages: dict[Path, Page]) -> None:
    page = pages[site / "command-line.html"]
    for name, command in _subcommands(typer.main.get_command(app)):
        assert name.replace(" ", "-") in page.anchors, name
        for words in (command.help, *(parameter.help for parameter in command.params)):
            assert " ".join(words.split()).replace("`", "") in page.words, name
    for meaning in EXIT_CODES.values():
        assert meaning in page.words


def test_what_is_to_be_entered_at_stripe_is_named(site: Path, pages: dict[Path, Page]) -> None:
    words = pages[site / "stripe.html"].words
    for event in (*CHECKOUT_EVENTS, *LOOKED_UP, API_VERSION):
        assert event in words
    for permission in (*NEEDED, *USEFUL):
        resource, _, right = permission.name.rpartition(" (")
        assert f"{resource} {right.rstrip(')')}" in words


def test_what_pages_call_a_command_is_one(site: Path, commands: dict[str, Any]) -> None:
    known = {each["name"] for each in commands["options"]}
    for path in site.rglob("*.html"):
        named = set(re.findall(r"<code>/([a-z]+)[ <]", path.read_text("utf-8")))
        assert named - ADDRESSES <= known, path.name


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        if path.name == "404.html":  # served from anywhere, so its addresses begin at the root
            continue
        for address in page.links + page.loaded:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path.relative_to(site)}: {address}"
            if parts.fragment and target in pages:
                anchors = pages[target].anchors
                assert unquote(parts.fragment) in anchors, f"{path.relative_to(site)}: {address}"


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for address in page.loaded:
            assert not urlsplit(address).netloc, f"{path.relative_to(site)}: {address}"


def test_every_picture_is_small_and_has_words_instead(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for picture in page.pictures:
            assert picture.get("alt"), f"{path.relative_to(site)}: {picture}"
            assert (path.parent / str(picture["src"])).stat().st_size < 150_000


def _leaves(command: dict[str, Any], before: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for each in command.get("options", []):
        name = f"{before}{each['name']}"
        if any(below["type"] in {1, 2} for below in each.get("options", [])):
            yield from _leaves(each, f"{name} ")
        else:
            yield name, each


def _subcommands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _subcommands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command
