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

NOT_KEPT: Final[Mapping[str, str]] = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
"""The same, of an answer that nobody keeps."""
