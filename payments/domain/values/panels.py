"""Panels: messages in a server's channel from which members order or buy."""

from enum import StrEnum


class PanelKind(StrEnum):
    """What a panel sells."""

    ITEMS = "items"
    """What points buy."""
    PACKAGES = "packages"
    """Points."""
