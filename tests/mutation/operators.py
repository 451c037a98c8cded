"""The mistakes that are made: cosmic-ray's operators, and some that it lacks.

Each is of one kind; the sample has as many of each kind, so that the many comparisons do not crowd
out the rest.
"""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, Protocol

import parso
from cosmic_ray.operators.operator import Operator as _Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import Keyword

Position = tuple[tuple[int, int], tuple[int, int]]
Node = Any
"""A node of parso's tree: parso has no types for them."""


class Operator(Protocol):
    """What cosmic-ray calls an operator."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Where it can change this node, once for each way to do so."""

    def mutate(self, node: Node, index: int) -> Node | None:
        """The node, changed in one of these ways."""


class _OfOurs(_Operator):  # type: ignore[misc] # cosmic-ray has no types
    @classmethod
    def examples(cls) -> Sequence[Any]:
        """None: they are only asked for by cosmic-ray's own tests; ours are in `tests/mutation`."""
        return ()


class DropCondition(_OfOurs):
    """A condition always holds, or never; one part of `and` or `or` is left out."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Twice for each whole condition, once for each part."""
        for child, _ in _conditions(node):
            yield child.start_pos, child.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Put True or False in its place."""
        child, value = list(_conditions(node))[index]
        return _replaced(node, child, value)


def _conditions(node: Node) -> Iterator[tuple[Node, str]]:
    kind, children = node.type, list(getattr(node, "children", ()))
    if kind in {"if_stmt", "comp_if"}:
        for before, child in pairwise(children):
            if getattr(before, "value", "") in {"if", "elif"}:
                yield from ((child, value) for value in ("True", "False"))
    elif kind == "test" and getattr(children[1], "value", "") == "if":
        yield from ((children[2], value) for value in ("True", "False"))
    elif kind in {"and_test", "or_test"}:
        yield from ((part, str(kind == "and_test")) for part in children[::2])


class FlipMembership(_OfOurs):
    """`in` becomes `not in`, and the other way round."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Once, if the node is such a comparison."""
        if node.type == "comparison" and _code(node.children[1]) in {"in", "not in"}:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Turn it round."""
        del index
        sign = node.children[1]
        flipped = "not in" if _code(sign) == "in" else "in"
        leaf = sign.get_first_leaf()
        new = Keyword(flipped, sign.start_pos, prefix=leaf.prefix)
        new.parent = node
        node.children[1] = new
        return node


class DropCall(_OfOurs):
    """A call whose result nobody uses is left out."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Once, if the statement is a call."""
        if node.type == "simple_stmt" and _is_call(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Do nothing instead."""
        del index
        return _replaced(node, node.children[0], "pass")


def _is_call(node: Node) -> bool:
    if node.type not in {"atom_expr", "power"}:
        return False
    last = node.children[-1]
    return bool(last.type == "trailer") and last.children[0].value == "("


class SwapArguments(_OfOurs):
    """Two neighbours among a call's arguments change places."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Once for each pair of neighbours of one sort that differ."""
        for first, second in _neighbours(node):
            yield first.start_pos, second.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Let them change places; of named ones, their values do."""
        first, second = list(_neighbours(node))[index]
        one, other = _code(first), _code(second)
        _replace_in_place(first, other)
        _replace_in_place(second, one)
        return node


_CHECKS: Final = frozenset(
    {"isinstance", "issubclass", "getattr", "setattr", "cast", "zip", "max", "later"}
)
"""Whose arguments, swapped, fail at once or mean the same."""


def _neighbours(node: Node) -> Iterator[tuple[Node, Node]]:
    if node.type != "arglist" or node.parent is None or node.parent.type != "trailer":
        return
    called = node.parent.get_previous_sibling()
    if called is None or _code(called) in _CHECKS | {"min"}:
        return
    arguments = [child for child in node.children if getattr(child, "value", "") != ","]
    for one, other in pairwise(arguments):
        values = (_value(one), _value(other))
        if None not in values and _is_named(one) == _is_named(other):
            first, second = values
            if _code(first) != _code(second):
                yield first, second


def _is_named(argument: Node) -> bool:
    return bool(argument.type == "argument")


def _value(argument: Node) -> Node | None:
    """The value of an argument; none of those with stars, and of generators."""
    if argument.type != "argument":
        return argument
    name, sign, *rest = argument.children
    return rest[0] if getattr(sign, "value", "") == "=" and name.type == "name" else None


class OtherNumber(_OfOurs):
    """A number is about twice as large, or half; 0 is 1, and 1 is 0 or 2."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Once or twice for each number."""
        for _ in _other_numbers(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Write another one."""
        node.value = list(_other_numbers(node))[index]
        return node


def _other_numbers(node: Node) -> list[str]:
    if node.type != "number":
        return []
    value = ast.literal_eval(node.value)
    if value == 0:
        return ["1"]
    return [str(value // 2 if isinstance(value, int) else value / 2), str(2 * value)]


class DropElement(_OfOurs):
    """One element of a table is missing."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        """Once for each element, if there are several."""
        for parts in _elements(node):
            yield parts[0].start_pos, parts[-1].end_pos

    def mutate(self, node: Node, index: int) -> Node:
        """Take it out, with its comma."""
        gone = list(_elements(node))[index]
        after = gone[-1].get_next_sibling()
        drop = {id(each) for each in gone}
        if after is not None and getattr(after, "value", "") == ",":
            drop.add(id(after))
        node.children = [child for child in node.children if id(child) not in drop]
        return node


def _elements(node: Node) -> Iterator[list[Node]]:
    if node.type not in {"dictorsetmaker", "testlist_comp"}:
        return
    children = node.children
    if any(child.type in {"sync_comp_for", "comp_for"} for child in children):
        return
    groups: list[list[Node]] = [[]]
    for child in children:
        if getattr(child, "value", "") == ",":
            groups.append([])
        else:
            groups[-1].append(child)
    full = [group for group in groups if group]
    if len(full) > 2 or (len(full) > 1 and node.type == "dictorsetmaker"):
        yield from full


def _code(node: Node) -> str:
    return str(node.get_code(include_prefix=False))


def _parsed(code: str, like: Node) -> Node:
    """Code as a leaf or a tree that can stand where another node stood."""
    new: Node = parso.parse(code).children[0]  # type: ignore[no-untyped-call]
    new.get_first_leaf().prefix = like.get_first_leaf().prefix
    return new


def _replace_in_place(old: Node, code: str) -> None:
    siblings = old.parent.children
    new = _parsed(code, old)
    new.parent = old.parent
    siblings[siblings.index(old)] = new


def _replaced(node: Node, child: Node, code: str) -> Node:
    new = _parsed(code, child)
    new.parent = node
    node.children = [new if each is child else each for each in node.children]
    return node


_COMPARISONS = (
    "Eq_NotEq NotEq_Eq Lt_LtE Lt_Gt LtE_Lt LtE_GtE Gt_GtE Gt_Lt GtE_Gt GtE_LtE Is_IsNot IsNot_Is"
)
_ARITHMETIC = "Add_Sub Sub_Add Mul_Add FloorDiv_Mul"

KINDS: Final[dict[str, tuple[str, ...]]] = {
    "flipped": (
        *(f"core/ReplaceComparisonOperator_{name}" for name in _COMPARISONS.split()),
        *(f"core/ReplaceBinaryOperator_{name}" for name in _ARITHMETIC.split()),
        "core/ReplaceAndWithOr",
        "core/ReplaceOrWithAnd",
        "core/ReplaceUnaryOperator_Delete_Not",
        "core/ReplaceUnaryOperator_Delete_USub",
        "core/AddNot",
        "ours/FlipMembership",
    ),
    "condition": ("ours/DropCondition",),
    "call": (
        "ours/DropCall",
        "core/ExceptionReplacer",
        "core/ZeroIterationForLoop",
        "core/ReplaceContinueWithBreak",
    ),
    "arguments": ("ours/SwapArguments",),
    "constant": (
        "ours/OtherNumber",
        "core/ReplaceTrueWithFalse",
        "core/ReplaceFalseWithTrue",
        "ours/DropElement",
    ),
}
"""What mistakes of each kind are made by."""

_OURS = {
    f"ours/{each.__name__}": each
    for each in (
        DropCondition,
        FlipMembership,
        DropCall,
        SwapArguments,
        OtherNumber,
        DropElement,
    )
}


def operator(name: str) -> Operator:
    """One of them by its name."""
    made: Operator = _OURS[name]() if name in _OURS else get_operator(name)()
    return made
