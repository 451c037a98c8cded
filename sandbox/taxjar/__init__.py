"""A local TaxJar: rates, taxes, and the transactions that are reported (TaxJar: API reference)."""

from sandbox.taxjar.server import LocalTaxJar

__all__ = ["LocalTaxJar"]
