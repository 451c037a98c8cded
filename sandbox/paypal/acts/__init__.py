"""What buyers, sellers and PayPal do."""
