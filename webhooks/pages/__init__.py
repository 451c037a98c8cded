"""Pages for buyers: pay, success, cancel."""
