"""Points for money: `/buy`, and the answer that follows a payment."""
