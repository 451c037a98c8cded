"""Long work shows how far it is, to people at a terminal; never in a file or a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

OnProgress = Callable[[int, int], None]
"""Called with the number of parts done and of all parts; from any thread."""


@contextmanager
def progress(words: str) -> Iterator[OnProgress]:
    """A bar on the standard error output while the work goes on.

    Args:
        words: What is being done.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(words, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield tell
