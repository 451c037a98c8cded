"""One file of the program at a time, in rooms that mirror its packages."""
