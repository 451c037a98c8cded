"""Orders that a subscriber is told of, and what it answers to them."""

from typing import Literal, Protocol

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import Event, OrderPlaced
from payments.domain.values.ids import GuildId, OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import REASON_LENGTH, OrderState
from payments.domain.values.program_answers import ProgramAnswer
from payments.domain.values.written_text import check_words, tidy

log = structlog.get_logger(__name__)


class Orders(Protocol):
    """What a program may do with orders that are its to give. Both raise BooksUnavailable."""

    async def begin(self, guild: GuildId, order: OrderId, program: str) -> bool:
        """Note that it gets to know of an order; whether that can still be fulfilled."""
        ...

    async def answer(
        self, guild: GuildId, order: OrderId, answer: ProgramAnswer, program: str
    ) -> OrderState:
        """Fulfil or deny an order. Raises Refused if that cannot be done any more."""
        ...


class _Answer(BaseModel):
    """An answer as it is written; whatever else is in it is for others."""

    model_config = ConfigDict(frozen=True, strict=True)

    order: Literal["fulfilled", "denied"]
    note: str = ""
    reason: str = ""


def asked_of(event: Event) -> OrderPlaced | None:
    """The order that an event asks a program to fulfil, if it does."""
    is_asked = isinstance(event, OrderPlaced) and event.kind == ItemKind.PROGRAM
    return event if is_asked and isinstance(event, OrderPlaced) else None


def read_answer(body: bytes) -> ProgramAnswer | None:
    """What a program answers; none if it says nothing of the order, which is to come later.

    The order is decided also where its words cannot be shown: they are left out.
    """
    try:
        said = _Answer.model_validate_json(body)
    except ValidationError:
        return None
    fulfilled = said.order == "fulfilled"
    words = said.note if fulfilled else said.reason
    try:
        check_words(tidy(words), Sentence("Reason"), REASON_LENGTH, least=0)
    except Refused as error:
        log.warning("order.words_left_out", reason=str(error))
        words = ""
    return ProgramAnswer(fulfilled=fulfilled, words=words)
