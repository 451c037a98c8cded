"""How fields of Stripe's objects are read that decide about points: strictly."""

from typing import Annotated

from pydantic import BaseModel, Field, StrictInt, ValidationError

Text = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]
"""An id of Stripe's, or one of its names for a kind: what a database takes, and a log shows."""

Minor = Annotated[StrictInt, Field(ge=0, lt=2**53)]
"""An amount in minor units: what a database takes."""

Seconds = Annotated[StrictInt, Field(ge=0, lt=2**40)]
"""A Unix time."""


class IdentifiedObject(BaseModel):
    """Any object of Stripe's, whole where its id would do, or in another version."""

    id: Text


def what_is_wrong(error: ValidationError) -> str:
    """The names of the fields that are not what they should be."""
    return ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
