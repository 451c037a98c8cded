"""Feature flags, by the standard of OpenFeature."""

from payments.integrations.flags.flags import Flags

__all__ = ["Flags"]
