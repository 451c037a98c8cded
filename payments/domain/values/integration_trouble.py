"""What can be wrong with a payment provider or another service that we call."""

from enum import StrEnum


class IntegrationTrouble(StrEnum):
    """Why people are told of an integration, the worst first."""

    UNREACHABLE = "unreachable"
    """It has not answered for some minutes, and is only tried from time to time."""
    FAILING = "failing"
    """Too many calls fail."""
    TIMING_OUT = "timing_out"
    """Too many calls run out of time."""
    SLOW = "slow"
    """Answers take much longer than usual."""
    FALLING_BACK = "falling_back"
    """Too often something else is used in place of its answer."""
