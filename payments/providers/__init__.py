"""Who takes the money: one file for each provider, behind one protocol."""
