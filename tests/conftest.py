"""What all tests share."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web_app

from payments.domain.values.time import Instant, later
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import Database, open_database
from payments.store.queries import Queries
from tests.faults.report import pytest_terminal_summary
from tests.support.browsers import browser_loop, chromium
from tests.support.compiled import share_statements
from tests.support.databases import BOTH
from tests.support.grouped import pytest_collection_modifyitems, pytest_xdist_make_scheduler
from tests.support.logs import log_as_before
from tests.support.made_once import share_certificates, share_migrations
from tests.support.make import START
from tests.support.postgres import kept, own_postgres_url, postgres, postgres_url
from tests.support.rewritten import rewrite_a_share
from tests.support.sqlite import do_not_wait_for_the_disk, empty_sqlite, waiting_for_the_disk
from tests.support.temporary import keep_files_in_memory
from tests.support.thorough import try_more, try_the_same

__all__ = [
    "browser_loop",
    "chromium",
    "kept",
    "own_postgres_url",
    "postgres",
    "postgres_url",
    "pytest_collection_modifyitems",
    "pytest_terminal_summary",
    "pytest_xdist_make_scheduler",
    "waiting_for_the_disk",
]


def pytest_configure(config: pytest.Config) -> None:
    """What holds for the whole run.

    A logged error is a plain trace, as in the program; a framed one takes a second each.
    """
    if config.getoption("--trust"):
        try_more()
    else:
        try_the_same()
    rewrite_a_share(config)
    keep_files_in_memory()
    share_statements()
    share_certificates()
    share_migrations()
    do_not_wait_for_the_disk()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """No test's settings of the log reach the next one."""
    with log_as_before():
        yield


def pytest_collection_finish() -> None:
    """Look for garbage only among what tests make: what was imported stays to the end."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logfinish() -> None:
    """Let go of the web applications of a test.

    aiohttp remembers the last 1,024 handlers, and with each of them all that it holds: the whole
    installation of the test, with its database.
    """
    web_app._cached_build_middleware.cache_clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let faults be tried many times, as `make trust` does."""
    parser.addoption("--trust", action="store_true", help="try each fault many times")


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for many tries."""
    return bool(request.config.getoption("--trust"))


class Time:
    """A clock that only moves when it is told to."""

    def __init__(self, now: Instant = START) -> None:
        self.now = now

    def __call__(self) -> Instant:
        return self.now

    def pass_(self, microseconds: int) -> None:
        self.now = later(self.now, microseconds)


@pytest.fixture
def clock() -> Time:
    return Time()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a database on both, unless a mark says which."""
    if "database_kind" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("databases")
        metafunc.parametrize("database_kind", mark.args if mark else BOTH)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> str:
    """Where an empty database at the newest version is."""
    if database_kind == "sqlite":
        return empty_sqlite(tmp_path)
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database at the newest version."""
    opened = open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def runner(database: Database) -> AsyncIterator[Runner]:
    running = Runner(database, route=route)
    running.start()
    yield running
    await running.close()


@pytest.fixture
def queries(database: Database) -> Queries:
    return Queries(database.reader)
