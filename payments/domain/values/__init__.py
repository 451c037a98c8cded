"""What points, money and payments are: values, without rules."""
