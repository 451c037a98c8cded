"""The statements of a Python file."""

import ast
from collections.abc import Iterator

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def statements_of(node: ast.AST) -> Iterator[ast.AST]:
    """All statements within, however deep, and the clauses of `try` and `match`.

    Imports, functions and clauses stand among them. Expressions, of which there are ten times as
    many, are not looked into.
    """
    for block in _BLOCKS:
        below = getattr(node, block, ())
        for each in below if isinstance(below, list) else ():
            yield each
            yield from statements_of(each)
