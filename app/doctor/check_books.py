"""Checks of the database: is it there, in which version, and do the books agree?"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.doctor.check_encryption import check_encryption
from app.doctor.context import Context
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.time import MINUTE
from payments.infra.database_url import parse_database_url
from payments.infra.errors import DatabaseUnusable
from payments.infra.finding import LIMIT_SECONDS, Finding, error, ok, warning, within_limit
from payments.store.engine.migrate import explained
from payments.store.engine.mounts import REMEDY, why_unsafe
from payments.store.verify.verify_timeout import verify_within

MEGABYTE: Final = 1_000_000
LITTLE_SPACE: Final = 1_000 * MEGABYTE
NO_SPACE: Final = 100 * MEGABYTE
"""Free bytes below which somebody should look, and below which the books may soon stop."""

SHOWN: Final = 3
"""Number of complaints about the books that are shown; `guildbank verify` shows all."""


async def check_books(context: Context) -> tuple[list[Finding], bool]:
    """What is found, and whether the books can be read by this program."""
    file = database_file(context.settings.database_url)
    if file is not None and not os.path.exists(file):  # noqa: PTH110, ASYNC240 - never raises
        return [*_place(file), _no_file_yet(file), *_space(file)], False
    found = await within_limit("Database", _reachable(context, file))
    if file is not None:
        found += _place(file)
    if not all(each.state == "ok" for each in found):
        return found, False
    version = await within_limit("Database version", _version(context))
    found += version
    if file is not None:
        found += _space(file)
    if not all(each.state == "ok" for each in version):
        return found, False
    found += await within_limit("Queue", _queue(context))
    found += await within_limit("Second copy", _second_copy(context))
    found += await within_limit("Test points", _test_points(context))
    found += await within_limit(f"Messages of {context.titles}", _quarantine(context))
    found += await within_limit("Encryption", check_encryption(context))
    found += await within_limit("Books", _books(context), seconds=LIMIT_SECONDS + 1)
    return found, True


def database_file(url: str) -> Path | None:
    """The file of a SQLite database; none for a server."""
    parsed = parse_database_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database is None:
        return None
    return Path(parsed.database)


def _place(file: Path) -> list[Finding]:
    """Nothing, unless the file lies where SQLite must not be used."""
    why = why_unsafe(file)
    return [] if why is None else [error("Database place", why, REMEDY)]


def _no_file_yet(file: Path) -> Finding:
    folder = file.absolute().parent
    if not folder.is_dir():
        return error(
            "Database",
            f"{file} cannot be made: there is no folder {folder}.",
            "Make that folder, or set DATABASE_URL to another place.",
        )
    if not os.access(folder, os.W_OK):
        return error(
            "Database",
            f"{file} cannot be made: this user may not write in {folder}.",
            "Let the user who runs Guildbank write there, or set DATABASE_URL to another place.",
        )
    return warning(
        "Database",
        f"There is no {file} yet.",
        "If this is a new installation, `guildbank run` makes it; if not, set DATABASE_URL to "
        "where the books are.",
    )


async def _reachable(context: Context, file: Path | None) -> list[Finding]:
    try:
        with explained():
            engine = await context.queries.engine()
    except (DatabaseUnusable, OSError):
        return [
            error(
                "Database",
                "The database at DATABASE_URL cannot be opened.",
                "Check who may read the file; or for a server, its address, name and password, "
                "and that it runs.",
            )
        ]
    if file is not None and not os.access(file, os.W_OK):
        return [
            error(
                "Database",
                f"This user may not write to {file}.",
                "Let the user who runs Guildbank write to it and to its folder.",
            )
        ]
    return [ok("Database", f"{engine} answers.")]


async def _second_copy(context: Context) -> list[Finding]:
    """Nothing, unless another program answered for the bot of late."""
    last = await context.queries.second_copy_seen(context.clock())
    if last is None:
        return []
    return [
        warning(
            "Second copy",
            "Another program answers with the same bot token: people meet answers of either.",
            "Stop the other copy, or make a bot of its own for it; if you know of none, reset the "
            "token in Discord's developer portal.",
        )
    ]


async def _version(context: Context) -> list[Finding]:
    migrations = context.guildbank.services.migrations
    current = await context.guildbank.database.snapshot(migrations.current)
    if current == migrations.head:
        return [ok("Database version", f"The database is at version {current}, the newest.")]
    if current is None:
        return [
            warning(
                "Database version",
                "The database is empty.",
                "`guildbank migrate` or `guildbank run` makes its tables.",
            )
        ]
    if migrations.knows(current):
        return [
            error(
                "Database version",
                f"The database is at version {current}, and this program needs {migrations.head}.",
                "Make a backup, then run `guildbank migrate`.",
            )
        ]
    return [
        error(
            "Database version",
            f"The database is at version {current}, which this program does not know.",
            "It was written by a newer Guildbank: install that version again.",
        )
    ]


def _space(file: Path) -> Iterator[Finding]:
    try:
        free = shutil.disk_usage(file.absolute().parent).free
    except OSError:
        return
    words = f"{free // MEGABYTE:,} MB are free where the database is."
    remedy = "Make room, or `guildbank archive` what is old: a full disk stops all sales."
    if free < NO_SPACE:
        yield error("Disk", words, remedy)
    elif free < LITTLE_SPACE:
        yield warning("Disk", words, remedy)
    else:
        yield ok("Disk", words)


async def _queue(context: Context) -> list[Finding]:
    queue = await context.queries.queue(context.clock())
    found = []
    if dead := sum(each.dead for each in queue):
        found.append(
            warning(
                "Queue",
                f"{dead:,} messages could not be delivered for good.",
                "`guildbank events dead` says why; `guildbank events replay` tries one again.",
            )
        )
    age = max(each.age for each in queue)
    waiting = sum(each.waiting for each in queue)
    if age >= MINUTE:
        found.append(
            warning(
                "Queue",
                f"{waiting:,} messages wait, the oldest for {age // MINUTE:,} minutes.",
                "See that `guildbank run` (or `guildbank worker`) is running, and what its log "
                "says.",
            )
        )
    return found or [ok("Queue", f"{waiting:,} messages wait, none for long.")]


async def _test_points(context: Context) -> list[Finding]:
    left = await context.guildbank.services.voiding.quote()
    if not left:
        return []
    points = sum(each.points for each in left)
    return [
        warning(
            "Test points",
            f"{points:,} points in members' hands were bought in test mode, and can be spent like "
            "paid ones.",
            "`guildbank void` shows them by server and removes them.",
        )
    ]


async def _quarantine(context: Context) -> list[Finding]:
    check = f"Messages of {context.titles}"
    if await context.queries.inbox_events_by_status(InboxStatus.QUARANTINED, 1):
        return [
            warning(
                check,
                "Some need a person: nobody could make sense of them.",
                "`guildbank events list --status quarantined` shows them.",
            )
        ]
    return [ok(check, "None waits for a person.")]


async def _books(context: Context) -> list[Finding]:
    complaints = await context.guildbank.database.snapshot(
        lambda connection: verify_within(connection, LIMIT_SECONDS - 1)
    )
    if complaints is None:
        return [
            warning(
                "Books",
                "They are too long to be recomputed in a few seconds.",
                "Run `guildbank verify`, which takes its time.",
            )
        ]
    if not complaints:
        return [ok("Books", "All books agree.")]
    first = " ".join(complaints[:SHOWN])
    return [
        error(
            "Books",
            f"{len(complaints):,} things do not agree. {first}",
            "Make a backup at once, run `guildbank verify` for all of them, and ask for help.",
        )
    ]
