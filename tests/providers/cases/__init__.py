"""The numbered cases (docs/webhook-cases.md), tried on every provider that has a local one.

A provider joins with three things: a shop that can be told what people and the provider do
(`Selling`), its line in `SHOPS` (`shops.py`), and its column in the table (`table.py`), which says
of each number where it is tried, or why it has no meaning there.
"""
