"""What everything stands on: settings, outbound calls, encryption, clock, logs."""
