"""Tests of what stands in for the outside world."""
