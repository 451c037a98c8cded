"""Who reads a mail: everything on one line, and nobody's words longer than they may be."""

from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Part, in_quotes
from payments.infra.reader import Reader
from payments.integrations.mail.message import one_line


class MailReader(Reader):
    """A reader of mail. Other people's words cannot begin a line, nor turn one around."""

    __slots__ = ()

    def marked(self, part: Part) -> str:
        """A part; names are cut where they are too long."""
        if isinstance(part, Verbatim):
            line = one_line(part.words)
            return line if len(line) <= part.most else f"{line[: part.most - 1].rstrip()}…"
        return super().marked(part)

    def quoted(self, words: str) -> str:
        """Somebody's words in a sentence."""
        return in_quotes(one_line(words))
