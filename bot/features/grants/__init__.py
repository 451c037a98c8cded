"""Points that moderators give and take: `/grant` and `/revoke`."""
