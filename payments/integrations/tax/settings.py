"""Settings of taxes, whichever service computes them. Names in the environment are these."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel

from payments.infra.settings_words import Note


class WhenAway(StrEnum):
    """What the operator wants while no service can compute a tax."""

    REFUSE = "refuse"
    """Nothing is sold by ways to pay that need it."""
    LAST_RATE = "last_rate"
    """The last rate that was found for the same place is used."""


class TaxSettings(BaseModel):
    """What concerns all services."""

    tax_when_away: Annotated[WhenAway, Note(should_be="must be refuse or last_rate")] = (
        WhenAway.REFUSE
    )
    """While no tax service answers: `refuse` sells nothing by the ways to pay that need one,
    `last_rate` takes the last rate that was found for the same place within 90 days."""
