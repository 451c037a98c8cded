"""Processes that are forked from one with all imports done; used as those of asyncio."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.support.forking import Order, give
from tests.support.sqlite import empty_books
from tests.support.typed import kept_environment

ROOT: Final = Path(__file__).parents[2]


class Running(Protocol):
    """A process that runs, forked or not."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    @property
    def stdout(self) -> asyncio.StreamReader | None: ...

    @property
    def stderr(self) -> asyncio.StreamReader | None: ...

    async def wait(self) -> int: ...

    async def communicate(self) -> tuple[bytes, bytes]: ...

    def kill(self) -> None: ...

    def terminate(self) -> None: ...


class Forked:
    """A running process, with the methods of `asyncio.subprocess.Process` that tests use.

    Attributes:
        pid: Its id.
        stdout: What it writes to standard output.
        stderr: What it writes to standard error.
    """

    def __init__(
        self,
        pid: int,
        *,
        stdout: asyncio.StreamReader,
        stderr: asyncio.StreamReader,
        status: asyncio.StreamReader,
        pipes: Sequence[asyncio.ReadTransport],
    ) -> None:
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self._ended = asyncio.create_task(self._until_ended(status))
        self.returncode: int | None = None
        self._pipes = tuple(pipes)

    async def _until_ended(self, status: asyncio.StreamReader) -> int:
        self.returncode = int(await status.readline())
        return self.returncode

    async def wait(self) -> int:
        """Wait until it has ended; its exit code, or its signal's number below zero."""
        return await asyncio.shield(self._ended)

    async def communicate(self) -> tuple[bytes, bytes]:
        """Wait until it has ended; what it has written."""
        output, errors, _ = await asyncio.gather(
            self.stdout.read(), self.stderr.read(), self.wait()
        )
        return output, errors

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    async def close(self) -> None:
        """End it if it runs; nothing is read from it any more."""
        self.kill()
        await self.wait()
        for each in self._pipes:
            each.close()


class Forking:
    """Begins processes by forking.

    Args:
        control: Where the process that forks takes orders.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._begun: list[Forked] = []

    async def begin(
        self, module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> Forked:
        """Begin a process, as `python -m module arguments` would."""
        reading, writing = zip(*(os.pipe() for _ in range(3)), strict=True)
        give(
            self._control,
            Order(
                module=module,
                arguments=list(arguments),
                folder=str(folder),
                environment=dict(environment),
            ),
            list(writing),
        )
        for each in writing:
            os.close(each)
        (output, errors, status), pipes = zip(
            *[await _opened(each) for each in reading], strict=True
        )
        pid = int(await status.readline())
        begun = Forked(pid, stdout=output, stderr=errors, status=status, pipes=pipes)
        self._begun.append(begun)
        return begun

    async def close(self) -> None:
        """End all that still run."""
        for each in self._begun:
            await each.close()


async def _opened(pipe: int) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb")
    )
    return reader, transport


@contextlib.contextmanager
def forks(*first: str) -> Iterator[socket.socket]:
    """A process that forks; where it takes orders.

    Args:
        first: Modules that it imports before the program.
    """
    with tempfile.NamedTemporaryFile(prefix="guildbank-template-") as template:
        template.write(empty_books())
        template.flush()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            server = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-m", "tests.support.forking", *first],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,  # buffered as a pipe is
                cwd=ROOT,
                env=kept_environment() | {"TEST_SQLITE_TEMPLATE": template.name},
            )
            theirs.close()
            yield ours
        assert server.wait() == 0  # it ends when nobody can order any more


@pytest.fixture(scope="session")
def all_imported() -> Iterator[socket.socket]:
    """Where the process that forks takes orders: one for all tests of a worker."""
    with forks() as control:
        yield control


@pytest.fixture
async def forking(all_imported: socket.socket) -> AsyncIterator[Forking]:
    """Begins processes for one test."""
    forking = Forking(all_imported)
    yield forking
    await forking.close()
