"""The books that commands work on."""
