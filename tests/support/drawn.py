"""The library that draws, loaded before a test waits for it."""

from datetime import date

import pytest

from bot.features.stats.charts import Chart, Panel, draw
from payments.domain.sentences.sentence import Sentence


@pytest.fixture(scope="module", autouse=True)
def drawn_once() -> None:
    """The first picture of a process loads the library that draws; no test waits for it."""
    draw(
        Chart(
            steps=(date(2026, 9, 21),),
            panels=(Panel(title=Sentence("EUR"), values=(1.0,), bars=True),),
        )
    )
