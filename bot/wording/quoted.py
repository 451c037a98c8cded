"""What somebody wrote, in quotes within our sentence."""

from payments.domain.sentences.parts import Verbatim


def quoted(words: str) -> Verbatim:
    """Somebody's words, where our full stop follows the quotes: theirs is left out."""
    ends = words.endswith(".") and not words.endswith("..")
    return Verbatim(words[:-1] if ends else words)
