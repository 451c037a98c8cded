"""Databases that older versions of the program wrote, which this one must take over."""
