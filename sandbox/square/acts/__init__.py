"""What buyers, banks and Square do."""
