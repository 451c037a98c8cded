"""Mail by SendGrid's API, which tells afterwards which addresses take none."""

from payments.integrations.mail.sendgrid.kind import SENDGRID_KIND

__all__ = ["SENDGRID_KIND"]
