"""What takes several commands and calls: checkout, refunds, reconciliation."""
