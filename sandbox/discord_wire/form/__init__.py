"""What Discord refuses in a body, with 50035 and a tree that names each field.

Lengths, kinds and counts are those of Discord's published OpenAPI document, which the tests hold
these rules against. What it lacks comes from the page that stands beside it.
"""
