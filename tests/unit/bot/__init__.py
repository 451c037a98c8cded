"""The parts of the Discord face that need no Discord."""
