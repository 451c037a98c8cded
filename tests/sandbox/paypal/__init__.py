"""Tests of the local PayPal."""
