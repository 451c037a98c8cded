"""What people, banks and time do: each act changes objects and tells it by events."""
