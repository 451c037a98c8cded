"""A kind of tax service: what one brings of its own, before anything of it is imported."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel

from payments.infra.asking import Questions
from payments.infra.finding import Finding
from payments.infra.outbound import Outbound, Purpose
from payments.infra.settings import Settings
from payments.integrations.tax.protocol import TaxService


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxWiring:
    """What a service is built with.

    Attributes:
        settings: The program's, with the service's among them.
        outbound: The policy for calls.
        purpose: What calls are made for.
    """

    settings: Settings
    outbound: Outbound
    purpose: Purpose = Purpose.MEMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxKind:
    """A service that the program can use.

    Attributes:
        name: Short name, as in the database and in `TAX_SERVICES`.
        title: What people call it.
        settings: Its part of the settings; what must be set in it must be so where it is on.
        build: Makes it.
        doctor: Its part of `guildbank doctor`; changes nothing, and shows no secret.
        questions: Its part of `guildbank init`: asks, and returns settings by their names.
    """

    name: str
    title: str
    settings: type[BaseModel]
    build: Callable[[TaxWiring], TaxService]
    doctor: Callable[[TaxService], Awaitable[list[Finding]]]
    questions: Callable[[Questions], dict[str, str]]
