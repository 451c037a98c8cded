"""Who watches every change: audit, metrics, log."""
