"""The channel `mail`: what buyers read of their purchases and orders in their mailbox."""
