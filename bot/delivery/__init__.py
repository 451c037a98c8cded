"""Where the queue's deliveries reach people on Discord."""
