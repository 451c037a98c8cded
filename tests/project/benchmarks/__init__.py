"""What measures is tested too: its arithmetic, never the figures."""
