"""Other programs begin, fulfil and deny the orders that are theirs to give."""

from collections.abc import Callable
from typing import Any

from payments.commands.shop.end import DenyOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder, by_program
from payments.commands.shop.order_command import WHY_ENDED
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import CommandKey, GuildId, OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import OrderState
from payments.domain.values.program_answers import ProgramAnswer
from payments.domain.values.time import Clock
from payments.runner.runner import Runner
from payments.store.queries import Queries
from payments.store.queries.program_orders import OrderStanding


class NoSuchOrder(Refused):
    """There is no such order in the guild."""

    def __init__(self) -> None:
        super().__init__("There is no such order.")


class NotForPrograms(Refused):
    """Somebody or something else gives what was ordered."""

    def __init__(self) -> None:
        super().__init__("This order is not fulfilled by a program.")


class OrderDecided(Refused):
    """An order came to another end than the one that was asked for.

    Attributes:
        state: How far it is.
    """

    def __init__(self, state: OrderState) -> None:
        super().__init__(WHY_ENDED.get(state, Sentence("This order is being fulfilled already.")))
        self.state = state


class ProgramOrders:
    """What other programs may do with orders: the same answer has its effect once.

    Args:
        runner: Carries out.
        queries: Reads.
        clock: Tells the time.
        new_id: Makes ids that cannot be guessed.
    """

    def __init__(
        self, *, runner: Runner, queries: Queries, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._runner = runner
        self._queries = queries
        self._clock = clock
        self._new_id = new_id

    async def begin(self, guild: GuildId, order: OrderId, program: str) -> bool:
        """Note that a program gets to know of an order: from now on its buyer cannot cancel it.

        Returns whether the order can still be fulfilled. Raises BooksUnavailable.
        """
        standing = await self._standing(guild, order)
        if standing.state is OrderState.PLACED:
            try:
                await self._runner.run(BeginFulfilment(**self._of(guild, order, program)))
            except Refused:  # something else was faster: how it is now counts
                standing = await self._standing(guild, order)
            else:
                return True
        return standing.state.is_open

    async def answer(
        self, guild: GuildId, order: OrderId, answer: ProgramAnswer, program: str
    ) -> OrderState:
        """Fulfil or deny an order, unless that was done already.

        Args:
            guild: In whose books.
            order: Which order.
            answer: What the program says.
            program: What the program is called.

        Returns:
            How far the order is: returned at once, where a dispute waited for its outcome.

        Raises:
            NoSuchOrder: There is none in this guild.
            NotForPrograms: It is not for a program to give.
            OrderDecided: It has come to another end.
            Refused: The words cannot be shown.
            BooksUnavailable: Whether it was done is found out by the same answer again.
        """
        standing = await self._standing(guild, order)
        if standing.state.is_open:
            kind = FulfilOrder if answer.fulfilled else DenyOrder
            common = self._of(guild, order, program)
            try:
                await self._runner.run(kind(**common, reason=answer.words))
            except Refused:
                standing = await self._standing(guild, order)
                if standing.state.is_open:  # it was not for how far the order is
                    raise
            else:
                standing = await self._standing(guild, order)
        if not _agrees(answer, standing):
            raise OrderDecided(standing.state)
        return standing.state

    def _of(self, guild: GuildId, order: OrderId, program: str) -> dict[str, Any]:
        """What the commands have in common. What came twice is told by how far the order is."""
        return {
            "key": CommandKey(f"program:{self._new_id()}"),
            "at": self._clock(),
            "actor": by_program(program),
            "guild": guild,
            "order": order,
        }

    async def _standing(self, guild: GuildId, order: OrderId) -> OrderStanding:
        standing = await self._queries.order_standing(guild, order)
        if standing is None:
            raise NoSuchOrder
        if standing.kind is not ItemKind.PROGRAM:
            raise NotForPrograms
        return standing


def _agrees(answer: ProgramAnswer, standing: OrderStanding) -> bool:
    """Whether an order has come to the end that a program asks for; it may have ended since."""
    if answer.fulfilled:
        return standing.fulfilled_at is not None
    return standing.state is OrderState.DENIED
