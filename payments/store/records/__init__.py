"""Small stores of what is no part of the books."""
