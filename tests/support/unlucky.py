"""A runner whose first answer is lost."""

from typing import Any

from payments.commands.base import Command
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner


class Unlucky(Runner):
    """Carries commands out, and cannot say so the first time."""

    def __init__(self, inner: Runner) -> None:
        self._inner = inner
        self._failed = False

    async def run(self, command: Command[Any]) -> Any:
        result = await self._inner.run(command)
        if not self._failed:
            self._failed = True
            raise BooksUnavailable("the answer was lost")
        return result
