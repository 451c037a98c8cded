"""Headers that every answer has, also that to a request which cannot be read."""

from collections.abc import Mapping
from typing import Final

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), "
        "gyroscope=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
    "Server": "guildbank",
}
"""`Server` names no version: it would only tell which faults to try."""


def with_forms(*, http: bool) -> dict[str, str]:
    """What a page says whose buttons are sent to us, and lead to other servers.

    A browser holds `form-action` against where a form leads, too; and it tells the origin of a form
    (by which we know that it is ours) only where the referrer may be told to ourselves.

    Args:
        http: Whether they may be reached without encryption, as where we are so ourselves.
    """
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    leads_to = "form-action 'self' https: http:" if http else "form-action 'self' https:"
    return {
        "Content-Security-Policy": policy.replace("form-action 'none'", leads_to),
        "Referrer-Policy": "same-origin",
    }


NOT_KEPT: Final[Mapping[str, str]] = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
"""The same, of an answer that nobody keeps."""
