"""Bad luck on request: what is to happen to the next events on their way."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

Treatment = Literal["lose", "hold", "delay", "twice", "never"]
"""`lose`: made, not delivered; `hold`: until told; `delay`: for a time; `twice`: at the same time;
`never`: not even made."""


@dataclass(slots=True, kw_only=True)
class Plan:
    """What is to happen to the next events of some types.

    Attributes:
        types: Pattern of their types, such as `charge.*`.
        times: How many events; None for all of them.
        seconds: For `delay`: how long, in real time.
    """

    treatment: Treatment
    types: str
    times: int | None
    seconds: float


class Plans:
    """The plans that are not used up, in the order in which they were made."""

    def __init__(self) -> None:
        self._plans: list[Plan] = []

    def add(self, plan: Plan) -> Plan:
        """Plan something."""
        self._plans.append(plan)
        return plan

    def cancel(self, plan: Plan) -> None:
        """Forget a plan, if it is not used up."""
        if plan in self._plans:
            self._plans.remove(plan)

    @property
    def waiting(self) -> tuple[Plan, ...]:
        """Plans that are not used up."""
        return tuple(self._plans)

    def take(self, event_type: str, *, never: bool = False) -> Plan | None:
        """The plan for an event, if any; uses it up once. Those for `never` are asked for apart."""
        for plan in self._plans:
            if (plan.treatment == "never") == never and fnmatchcase(event_type, plan.types):
                if plan.times is not None:
                    plan.times -= 1
                    if plan.times <= 0:
                        self._plans.remove(plan)
                return plan
        return None
