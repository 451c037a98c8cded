"""Panels: what is for sale, posted once in a channel, with buttons and kept up to date."""
