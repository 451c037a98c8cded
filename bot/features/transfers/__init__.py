"""Points from member to member: `/transfer`."""
