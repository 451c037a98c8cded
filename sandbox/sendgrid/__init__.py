"""A local SendGrid that delivers nothing: `LocalSendGrid` starts it."""

from sandbox.sendgrid.server import LocalSendGrid

__all__ = ["LocalSendGrid"]
