"""Services beside the providers of payments, each behind a protocol, one folder each."""
