"""What points, money and payments are."""
