"""Where mistakes can be made, and which of them are: a sample that a seed decides."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests.mutation.operators import KINDS, Node, operator

MUTATED: Final = (
    "payments/domain/**/*.py",
    "payments/commands/**/*.py",
    "payments/providers/**/*.py",
    "payments/notifications/*.py",
    "payments/services/*.py",
    "payments/runner/*.py",
    "payments/infra/outbound.py",
    "payments/infra/trusted_clock.py",
    "webhooks/**/*.py",
    "bot/ui/*.py",
    "bot/features/**/*.py",
)
"""The money core, the providers, the queue, the doors and the features."""

_NOT_BEHAVIOUR: Final = re.compile(
    r"log\.|@dataclass|__all__|from |import |\w+ = (Callable|Awaitable|Mapping|tuple|dict|list)\["
)
"""What such a statement says is no behaviour: what is logged, how a class is stored, what a type is
called."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One mistake that can be made.

    Attributes:
        path: The file, from the root.
        name: The operator's name.
        kind: What kind of mistake it is.
        occurrence: Which of the places in this file where the operator can change something.
        line: Where it begins, from 1.
        last: The line where it ends.
    """

    path: str
    name: str
    kind: str
    occurrence: int
    line: int
    last: int

    def apply(self, code: str) -> str:
        """The file's text with the mistake in it."""
        mutated = mutate_code(code, operator(self.name), self.occurrence)
        if mutated is None:
            raise LookupError(f"{self} is not in its file")
        return str(mutated)

    def __str__(self) -> str:
        """As a person finds it."""
        return f"{self.path}:{self.line} {self.name.partition('/')[2]} #{self.occurrence}"


class Source:
    """The files that mistakes are made in.

    Args:
        root: Where they are.
        patterns: Which.
        only: Of these, only the files whose path from the root begins so.
    """

    def __init__(self, root: Path, patterns: Iterable[str] = MUTATED, *, only: str = "") -> None:
        self.root = root
        self._only = only
        self._patterns = tuple(patterns)

    def code(self, path: str) -> str:
        """A file's text."""
        return (self.root / path).read_text()

    @cached_property
    def places(self) -> list[Place]:
        """All of them, in the same order for the same files."""
        files = {file for pattern in self._patterns for file in self.root.glob(pattern)}
        paths = sorted(str(file.relative_to(self.root)) for file in files)
        return [
            place
            for path in paths
            if path.startswith(self._only)
            for place in _places(path, self.root / path)
        ]

    def sample(self, seed: str, size: int) -> list[Place]:
        """So many of them, about as many of each kind, in random order."""
        chance = random.Random(seed)  # noqa: S311 - it must be the same again
        of_kind: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            of_kind[place.kind].append(place)
        for some in of_kind.values():
            chance.shuffle(some)
        kinds = sorted(of_kind)
        chosen: list[Place] = []
        while len(chosen) < size and any(of_kind.values()):
            chosen += [of_kind[kind].pop() for kind in kinds if of_kind[kind]]
        chance.shuffle(chosen := chosen[:size])
        return chosen


def _places(path: str, file: Path) -> Iterator[Place]:
    code = file.read_text()
    nodes = list(ast_nodes(get_ast(code)))
    for kind, names in KINDS.items():
        for name in names:
            change = operator(name)
            positions = ((each, p) for each in nodes for p in change.mutation_positions(each))
            for occurrence, (node, (start, end)) in enumerate(positions):
                if _is_behaviour(node):
                    yield Place(
                        path=path,
                        name=name,
                        kind=kind,
                        occurrence=occurrence,
                        line=start[0],
                        last=end[0],
                    )


def _is_behaviour(node: Node) -> bool:
    if node.type == "operator" and node.parent.type in {"parameters", "arglist", "argument"}:
        return False  # a star
    around: Any = node
    while around is not None:
        if around.type in {"simple_stmt", "decorator"}:
            text = str(around.get_code(include_prefix=False))
            if _NOT_BEHAVIOUR.match(text):
                return False
        if around.type == "if_stmt" and "TYPE_CHECKING" in str(around.children[1].get_code()):
            return False
        if around.type in {"annassign", "tfpdef", "param"} and _is_annotation(around, node):
            return False
        around = around.parent
    return True


def _is_annotation(around: Node, node: Node) -> bool:
    """Whether a node lies in the type of something, not in its value."""
    if around.type == "param":
        around = around.children[0]
    if around.type not in {"annassign", "tfpdef"}:
        return False
    types = around.children[1] if around.type == "annassign" else around.children[2]
    return bool(types.start_pos <= node.start_pos < types.end_pos)
