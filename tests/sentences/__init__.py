"""`python -m tests.sentences`: templates of sentences: checked, or for translators."""
