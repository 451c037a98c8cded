"""The REST interface of the local PayPal."""
