"""OpenFeature's provider over what is set here: by the owner of a server, else for all servers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import TypeMismatchError
from openfeature.flag_evaluation import FlagResolutionDetails, FlagValueType, Reason
from openfeature.provider import AbstractProvider, Metadata

from payments.domain.values.flags import switch_of

T = TypeVar("T")

SwitchesOf = Callable[[str], Awaitable[Mapping[str, str]]]
"""Finds the flags that the owner of a server has set; the server's id is the targeting key."""


class OwnersSwitches(AbstractProvider):
    """Resolves flags from settings.

    A server's owner can switch off what is on for all, and not on what is off for all.

    Args:
        for_all: Flags of the installation, by name.
        of_server: Finds a server's own.
    """

    def __init__(self, for_all: Mapping[str, str], of_server: SwitchesOf) -> None:
        super().__init__()
        self._for_all = for_all
        self._of_server = of_server

    def get_metadata(self) -> Metadata:
        """Its name."""
        return Metadata(name="owners-switches")

    def resolve_boolean_details(
        self,
        flag_key: str,
        default_value: bool,  # noqa: FBT001 - OpenFeature's own signature
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Whether a flag is on for all servers."""
        del evaluation_context
        return _switch(self._for_all.get(flag_key), default_value, Reason.STATIC)

    async def resolve_boolean_details_async(
        self,
        flag_key: str,
        default_value: bool,  # noqa: FBT001 - OpenFeature's own signature
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[bool]:
        """Whether a flag is on for a server."""
        for_all = self.resolve_boolean_details(flag_key, default_value)
        if not for_all.value:
            return for_all
        own = await self._own(flag_key, evaluation_context)
        return for_all if own is None else _switch(own, default_value, Reason.TARGETING_MATCH)

    def resolve_string_details(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        """Which of several is used for all servers."""
        del evaluation_context
        return _found(self._for_all.get(flag_key), default_value, Reason.STATIC)

    async def resolve_string_details_async(
        self,
        flag_key: str,
        default_value: str,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[str]:
        """Which of several is used for a server."""
        own = await self._own(flag_key, evaluation_context)
        if own is None:
            return self.resolve_string_details(flag_key, default_value)
        return _found(own, default_value, Reason.TARGETING_MATCH)

    def resolve_integer_details(
        self,
        flag_key: str,
        default_value: int,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[int]:
        """No flag of ours is a number."""
        del evaluation_context
        return self._refused(flag_key, default_value)

    def resolve_float_details(
        self,
        flag_key: str,
        default_value: float,
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[float]:
        """No flag of ours is a number."""
        del evaluation_context
        return self._refused(flag_key, default_value)

    def resolve_object_details(
        self,
        flag_key: str,
        default_value: Sequence[FlagValueType] | Mapping[str, FlagValueType],
        evaluation_context: EvaluationContext | None = None,
    ) -> FlagResolutionDetails[Sequence[FlagValueType] | Mapping[str, FlagValueType]]:
        """No flag of ours is an object."""
        del evaluation_context
        return self._refused(flag_key, default_value)

    async def _own(self, flag: str, context: EvaluationContext | None) -> str | None:
        if context is None or not context.targeting_key:
            return None
        return (await self._of_server(context.targeting_key)).get(flag)

    def _refused(self, flag: str, default: T) -> FlagResolutionDetails[T]:
        if flag in self._for_all:
            raise TypeMismatchError(f"{flag} is on, off, or a name")
        return FlagResolutionDetails(value=default, reason=Reason.DEFAULT)


def _switch(
    value: str | None,
    default: bool,  # noqa: FBT001 - as OpenFeature passes it
    reason: Reason,
) -> FlagResolutionDetails[bool]:
    if value is None:
        return FlagResolutionDetails(value=default, reason=Reason.DEFAULT)
    switch = switch_of(value)
    if switch is None:
        raise TypeMismatchError(f"{value} is neither on nor off")
    return FlagResolutionDetails(value=switch, reason=reason)


def _found(value: str | None, default: str, reason: Reason) -> FlagResolutionDetails[str]:
    if value is None:
        return FlagResolutionDetails(value=default, reason=Reason.DEFAULT)
    return FlagResolutionDetails(value=value, reason=reason)
