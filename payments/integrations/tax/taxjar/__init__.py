"""TaxJar: sales tax of the United States above all, for sales by other providers than Stripe."""

from payments.integrations.tax.taxjar.kind import TAXJAR

__all__ = ["TAXJAR"]
