"""One Chromium for all tests of a process; each has windows of its own in it, which share nothing.

To start it, and the program that speaks with it, takes longer than most of the tests. Both live as
long as their event loop, so the tests that use them share a loop: a file with such tests imports
`_function_scoped_runner` from here.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

CHROMIUM: Final = Path("/usr/bin/chromium")
_ARGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

in_a_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium"),
]
"""The marks of tests that use `browser`."""


@pytest.fixture(scope="session")
def browser_loop() -> Iterator[asyncio.Runner]:
    """The loop on which the browser lives, and all tests that use it."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def chromium(browser_loop: asyncio.Runner) -> Iterator[Browser]:
    """The running browser."""
    playwright, opened = browser_loop.run(_start())
    yield opened
    browser_loop.run(_stop(playwright, opened))


async def _start() -> tuple[Playwright, Browser]:
    playwright = await async_playwright().start()
    opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGS)
    return playwright, opened


async def _stop(playwright: Playwright, opened: Browser) -> None:
    await opened.close()
    await playwright.stop()


@pytest.fixture
def _function_scoped_runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    """Have pytest-asyncio run a test and its fixtures where the browser is, if it uses that.

    As with a loop of its own, what a test has left running ends with it.
    """
    if request.node.get_closest_marker("browser") is None:
        with asyncio.Runner() as own:
            yield own
        return
    request.getfixturevalue("chromium")  # its own tasks are no test's
    shared: asyncio.Runner = request.getfixturevalue("browser_loop")
    before = asyncio.all_tasks(shared.get_loop())
    yield shared
    shared.run(_end_all_but(before))


async def _end_all_but(before: set[asyncio.Task[object]]) -> None:
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """The browser, in which no window is left open."""
    yield chromium
    for context in chromium.contexts:
        await context.close()
