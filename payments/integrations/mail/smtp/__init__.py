"""Mail by SMTP, through any server that takes it from us."""

from payments.integrations.mail.smtp.kind import SMTP_KIND

__all__ = ["SMTP_KIND"]
