"""What MkDocs calls as it builds: parts of pages that come from the code, and files from outside.

A line such as `{{ settings }}` in a page is replaced by what the code says now, so no page can be
out of date; a line that asks for what is not there (any more) ends the build. README, SECURITY and
the like stay where people look for them, and become pages too.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from command_line import command_line, exit_codes
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from paypal_side import paypal_currencies, paypal_events
from sentences import NotThere, Sentences
from settings_table import settings_table
from slash_commands import slash_commands
from square_side import square_events
from stripe_side import stripe_api_version, stripe_events

ROOT: Final = Path(__file__).parents[2]

FROM_OUTSIDE: Final = {
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "deploy/README.md": "watching.md",
}
"""Files of the repository that become pages, and the names of the pages."""

_INSERT: Final = re.compile(r"\{\{ ([a-z ]+?)(?:: (.+?))? \}\}")
_LINK: Final = re.compile(r"\]\(([^)#:]+)(#[^)]*)?\)")


def on_files(files: Files, /, *, config: MkDocsConfig) -> Files:
    """Add the pages whose files lie outside of `docs/`."""
    for source, page in FROM_OUTSIDE.items():
        text = with_links_of_pages((ROOT / source).read_text("utf-8"), Path(source).parent)
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put in what comes from the code, and let links to files outside lead to their pages."""
    del config, files
    if page.file.src_uri in FROM_OUTSIDE.values():
        return markdown
    inserts = _inserts()

    def insert(match: re.Match[str]) -> str:
        name, about = match.groups()
        if name not in inserts:
            raise PluginError(f"{page.file.src_uri}: nothing is called {name!r}.")
        try:
            return inserts[name](about or "")
        except NotThere as error:
            raise PluginError(f"{page.file.src_uri}: {error}") from error

    here = Path("docs", page.file.src_uri).parent
    return with_links_of_pages(_INSERT.sub(insert, markdown), here)


def with_links_of_pages(text: str, folder: Path) -> str:
    """The text with its links as they are between pages.

    Args:
        text: Markdown.
        folder: Where its file lies, relative to the repository.
    """
    depth = max(0, len(folder.parts) - 1) if folder.parts[:1] == ("docs",) else 0

    def lead(match: re.Match[str]) -> str:
        path, anchor = match.group(1), match.group(2) or ""
        whole = _plain(folder / path)
        if whole in FROM_OUTSIDE:
            return f"]({'../' * depth}{FROM_OUTSIDE[whole]}{anchor})"
        if folder.parts[:1] != ("docs",) and whole.startswith("docs/"):
            return f"]({whole.removeprefix('docs/')}{anchor})"
        return match.group()

    return _LINK.sub(lead, text)


def _plain(path: Path) -> str:
    """The path without `..`, relative to the repository."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != "..":
            parts.append(part)
    return "/".join(parts)


@cache
def _inserts() -> Mapping[str, Callable[[str], str]]:
    sentences = Sentences(ROOT)
    return {
        "slash commands": lambda _: slash_commands(),
        "command line": lambda _: command_line(),
        "exit codes": lambda _: exit_codes(),
        "settings": lambda _: settings_table(),
        "stripe events": lambda _: stripe_events(),
        "stripe api version": lambda _: stripe_api_version(),
        "paypal events": lambda _: paypal_events(),
        "paypal currencies": lambda _: paypal_currencies(),
        "square events": lambda _: square_events(),
        "sentence": sentences.that_begins,
        "sentences": sentences.table,
    }
