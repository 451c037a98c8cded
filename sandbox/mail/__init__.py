"""A local mail server that delivers nothing, and a page on which its mails are read."""
