"""What a service sends, and who gets it."""

from typing import Protocol


class Message(Protocol):
    """What is sent: something that happened."""

    @property
    def id(self) -> str:
        """Its id, which a repeat has too."""

    @property
    def type(self) -> str:
        """What happened, such as `charge.refunded`."""


class Receiver(Protocol):
    """An endpoint that gets messages."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def url(self) -> str:
        """Where messages are sent."""

    def wants(self, message_type: str, /) -> bool:
        """Whether a message of this type is sent there."""
