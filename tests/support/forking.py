"""A process that has imported the program, and forks: `python -m tests.support.forking [MODULE]`.

Each start of Python imports for more than a second. What a test wants to know of a process (how it
works, is killed, ends) is the same for one that was forked after the imports. A module that is
named is imported before the program: it may change what the program is made of.

Orders come over standard input, a socket. With each come the output, the errors and where to say
how it went: first the new process's id, then the status with which it ended.
"""

import atexit
import contextlib
import gc
import json
import os
import runpy
import socket
import sys
import threading
import traceback
from importlib import import_module
from typing import Any, Final, NoReturn, TypedDict

from bot.startup.create import FEATURES
from migrations import SCRIPTS
from payments.store.engine.migrate import Migrations
from tests.support.compiled import share_statements
from tests.support.made_once import share_migrations
from tests.support.warmed import warm_up

IMPORTED: Final = (
    "app.cli.main",
    "app.process",
    "payments.providers.stripe.provider",
    "payments.providers.stripe.doctor",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "aiosqlite",
    "stripe._object_classes",
    "stripe.checkout",
    *FEATURES,
)

LENGTH_BYTES: Final = 4


class Order(TypedDict):
    """A process to begin.

    Attributes:
        module: What `python -m` would run.
        arguments: What stands behind it.
        folder: Where it runs.
        environment: All that it finds there.
    """

    module: str
    arguments: list[str]
    folder: str
    environment: dict[str, str]


def give(control: socket.socket, order: Order, files: list[int]) -> None:
    """Send an order, with output, errors, and where to say how it went."""
    content = json.dumps(order).encode()
    socket.send_fds(control, [len(content).to_bytes(LENGTH_BYTES)], files)
    control.sendall(content)


def _taken(control: socket.socket) -> tuple[Order, list[int]] | None:
    """The next order, with its files; none if nobody sends any more."""
    head, files, _, _ = socket.recv_fds(control, LENGTH_BYTES, 3)
    if not head:
        return None
    content = control.recv(int.from_bytes(head), socket.MSG_WAITALL)
    found: Any = json.loads(content)
    return found, files


def _begun(status: int, *others: int) -> bool:
    """Fork twice: whether this is the new process. The one between says when the new one ends."""
    if os.fork():
        return False
    child = os.fork()
    if child == 0:
        return True
    for each in others:
        os.close(each)
    os.write(status, f"{child}\n".encode())
    _, ended = os.waitpid(child, 0)
    os.write(status, f"{os.waitstatus_to_exitcode(ended)}\n".encode())
    os._exit(0)


def _bury() -> None:
    """Let go of those between that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _next() -> Order | None:
    """Serve until an order is this process's own; none at the end."""
    control = socket.socket(fileno=sys.stdin.fileno())
    order = None
    while order is None and (taken := _taken(control)) is not None:
        ordered, (output, errors, status) = taken
        if _begun(status, output, errors):
            nothing = os.open(os.devnull, os.O_RDONLY)
            for ours, theirs in ((nothing, 0), (output, 1), (errors, 2)):
                os.dup2(ours, theirs)
            os.close(nothing)
            order = ordered
        else:
            _bury()
        for each in (output, errors, status):
            os.close(each)
    control.detach()
    return order


def _code(module: str) -> int:
    """Carry out what was ordered; the exit code that Python would give it."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)  # noqa: T201 - as Python does
        return 1
    except BaseException:  # noqa: BLE001 - as Python does
        traceback.print_exc()
        return 1
    return 0


def _end(code: int) -> NoReturn:
    """End as Python does, but let the system take the memory back.

    To take it apart object by object copies all that was imported, and takes a tenth of a second.
    """
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as Python does
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Import, fork for each order, and carry out in the new process what was ordered.

    The files of the migrations are read before, as what is imported; statements are compiled.
    """
    for each in (*sys.argv[1:], *IMPORTED):
        import_module(each)
    share_migrations()
    share_statements()
    Migrations(SCRIPTS)
    warm_up()
    gc.collect()
    gc.freeze()  # or each process that is begun would walk through all of it again
    order = _next()
    if order is None:
        _bury()
        return
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["guildbank", *order["arguments"]]
    _end(_code(order["module"]))


if __name__ == "__main__":
    main()
