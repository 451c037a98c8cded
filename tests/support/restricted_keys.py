"""What a restricted key of Stripe needs."""

JUST_ENOUGH = {
    "checkout_session_write": "Checkout Sessions (write)",
    "charge_write": "Charges and Refunds (write)",
    "payment_intent_read": "Payment Intents (read)",
    "dispute_read": "Disputes (read)",
    "event_read": "Events (read)",
    "radar_read": "Radar, early fraud warnings (read)",
}
