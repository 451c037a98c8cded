"""PayPal as a provider: what it is told, what it is asked, and over the local PayPal."""
