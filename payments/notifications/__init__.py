"""Delivery of committed events to those who are notified of them."""
