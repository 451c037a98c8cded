"""How many files and connections this process may have open."""

import resource

ENOUGH = 16_384
"""More would only help who floods us."""


def raise_limit() -> int:
    """Raise the soft limit of descriptors as far as the hard one allows, and say what it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return ENOUGH if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
