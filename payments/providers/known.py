"""What people read of providers by their stored names, also of those that are switched off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.providers.kind import PendingReason, ProviderKind
from payments.providers.registry import PROVIDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProviders:
    """The providers that can be used.

    Attributes:
        kinds: What each brings of its own.
    """

    kinds: Sequence[ProviderKind] = PROVIDERS

    def title(self, name: str) -> str:
        """What people call a provider; its name if it is not known here."""
        kind = self._kind(name)
        return name if kind is None else kind.title

    @property
    def titles(self) -> Mapping[str, str]:
        """What people call each, by name."""
        return {each.name: each.title for each in self.kinds}

    def button(self, name: str, title: str) -> Sentence:
        """What stands on the button that leads to a provider, where members choose how to pay.

        Args:
            name: The provider's.
            title: What people call it.
        """
        kind = self._kind(name)
        if kind is not None and kind.button is not None:
            return kind.button
        return Sentence("Pay with {provider}", provider=Verbatim(title))

    def why_pending(self, name: str, reason: str) -> PendingReason | None:
        """What a provider's word means for why a refund is on its way for longer.

        Args:
            name: The provider's.
            reason: Its word, as it is stored.

        Returns:
            What it says of it, or that word itself; None if it gave none.
        """
        if not reason:
            return None
        kind = self._kind(name)
        known = None if kind is None else kind.why_pending(reason)
        if known is not None:
            return known
        words = Sentence("It takes a while. The provider says: {reason}.", reason=spaced(reason))
        return PendingReason(words=words)

    def why_refused(self, name: str, reason: str) -> Sentence | None:
        """What a provider's word means for why it did not make a refund.

        Args:
            name: The provider's.
            reason: Its word.

        Returns:
            None if the word is all that is known.
        """
        kind = self._kind(name)
        return None if kind is None or not reason else kind.why_refused(reason)

    def _kind(self, name: str) -> ProviderKind | None:
        return next((each for each in self.kinds if each.name == name), None)


KNOWN: Final = KnownProviders()
"""Those of the registry."""


def spaced(word: str) -> str:
    """A provider's word, as people write it."""
    return word.replace("_", " ")
