"""Which messages a member gets: `/notices`."""
