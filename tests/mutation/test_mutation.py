"""The mistakes are of each kind, the same for the same seed, and tried once."""

import difflib
from collections import Counter
from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code

from tests.mutation.equivalents import Equivalent, read_equivalents
from tests.mutation.operators import KINDS, operator
from tests.mutation.places import Place, Source
from tests.mutation.record import SECONDS_AT_MOST, Recorded
from tests.mutation.report import print_report
from tests.mutation.session import BROKEN, ENDLESS, NOTICED, SURVIVED, Session, Tried

ROOT = Path(__file__).parents[2]

CODE = '''"""A module."""

LIMIT = 12
TABLE = {"open": 1, "under_review": 2}
Act = Callable[[int, str], None]


def act(books, payment: int = 5):
    log.info("acted", payment=payment)
    if payment and books in TABLE:
        tell(books, payment, who=1, whom=2)
    return [each for each in books if each.owed]
'''


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A tree with one file in it."""
    folder = tmp_path / "payments" / "domain"
    folder.mkdir(parents=True)
    (folder / "acting.py").write_text(CODE)
    return Source(tmp_path)


def mutated(name: str, code: str = CODE) -> list[str]:
    """What an operator makes of the lines that it changes, in each of its ways."""
    found: list[str] = []
    while (after := mutate_code(code, operator(name), len(found))) is not None:
        lines = difflib.ndiff(code.splitlines(), str(after).splitlines())
        found.append(" ".join(line[2:].strip() for line in lines if line.startswith("+ ")))
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "ours/DropCondition",
            [
                "if True:",
                "if False:",
                "if True and books in TABLE:",
                "if payment and True:",
                "return [each for each in books if True]",
                "return [each for each in books if False]",
            ],
        ),
        ("ours/FlipMembership", ["if payment and books not in TABLE:"]),
        ("ours/DropCall", ["pass", "pass"]),
        (
            "ours/SwapArguments",
            ["tell(payment, books, who=1, whom=2)", "tell(books, payment, who=2, whom=1)"],
        ),
        ("ours/DropElement", ['TABLE = { "under_review": 2}', 'TABLE = {"open": 1,}']),
    ],
)
def test_our_operators_make_these_mistakes(name: str, expected: list[str]) -> None:
    found = mutated(name)
    assert [each for each in found if each in expected] == expected
    assert len(found) <= len(expected) + 1  # and a call's name and arguments


def test_numbers_become_quite_different_ones() -> None:
    assert mutated("ours/OtherNumber", "a = 12\n") == ["a = 6", "a = 24"]
    assert mutated("ours/OtherNumber", "a = 0\n") == ["a = 1"]
    assert mutated("ours/OtherNumber", "a = 1\n") == ["a = 0", "a = 2"]


def test_each_operator_is_there_and_leaves_code_that_can_be_read() -> None:
    source = Source(ROOT, ("payments/notifications/channel.py", "webhooks/server/failures.py"))
    assert len(source.places) > 10
    for each in source.places:
        compile(each.apply(source.code(each.path)), each.path, "exec")
    for names_of_kind in KINDS.values():
        for name in names_of_kind:
            assert operator(name) is not None


def test_what_is_logged_and_what_types_say_is_left_alone(source: Source) -> None:
    lines = CODE.splitlines()
    assert source.places
    for place in source.places:
        assert "log." not in lines[place.line - 1]
        assert "Callable" not in lines[place.line - 1]
        assert place.apply(CODE) != CODE


def test_the_same_seed_makes_the_same_mistakes_of_each_kind(source: Source) -> None:
    one, again, other = (source.sample(seed, 10) for seed in ("a", "a", "b"))
    assert one == again != other
    assert len(set(one)) == 10
    of_kind = Counter(place.kind for place in one)
    assert all(of_kind[kind] for kind in {place.kind for place in source.places})


def test_more_than_there_are_cannot_be_made(source: Source) -> None:
    assert len(source.sample("a", 10_000)) == len(source.places)


def place(source: Source, text: str) -> Place:
    """A mistake in the line that has these words."""
    line = next(n for n, each in enumerate(CODE.splitlines(), start=1) if text in each)
    return next(each for each in source.places if each.line == line)


def test_the_tests_that_come_by_a_line_are_tried_quickest_first(source: Source) -> None:
    recorded = Recorded(
        tree=source.root,
        seconds={"slow": 5, "quick": 1, "endless": SECONDS_AT_MOST, "other": 2},
        lines={"payments/domain/acting.py": {11: {"slow", "quick", "endless"}, 12: {"other"}}},
    )
    assert recorded.tests_for(place(source, "tell("), CODE) == ["quick", "slow"]


def test_tests_that_are_named_like_the_file_go_first(source: Source) -> None:
    tests = {"test_quick.py::a": 0.1, "tests/unit/domain/test_acting.py::b": 9.0}
    recorded = Recorded(
        tree=source.root,
        seconds=tests,
        lines={"payments/domain/acting.py": {10: set(tests)}},
    )
    assert recorded.tests_for(place(source, "if payment"), CODE)[0].endswith("::b")


def test_whoever_imported_a_file_first_does_not_stand_for_its_tables(source: Source) -> None:
    recorded = Recorded(
        tree=source.root,
        seconds={},
        lines={"payments/domain/acting.py": {4: {"first"}, 10: {"user"}}},
    )
    assert recorded.tests_for(place(source, "TABLE ="), CODE) == ["first", "user"]


def test_for_a_table_the_tests_are_tried_that_come_by_the_lines_that_name_it(
    source: Source,
) -> None:
    recorded = Recorded(
        tree=source.root, seconds={}, lines={"payments/domain/acting.py": {10: {"a"}, 11: {"b"}}}
    )
    assert recorded.tests_for(place(source, "TABLE ="), CODE) == ["a"]
    assert recorded.tests_for(place(source, "LIMIT ="), CODE) == ["a", "b"]


def test_what_no_line_of_the_program_uses_is_tried_by_the_tests_whose_files_name_it(
    source: Source,
) -> None:
    """A table of events, say, or a field of a class that only the database reads."""
    code = CODE + "\n\nclass Kind:\n    urgent = 3\n"
    (source.root / "payments/domain/acting.py").write_text(code)
    (source.root / "test_kinds.py").write_text("from payments.domain.acting import Kind\n")
    (source.root / "test_more.py").write_text("Kinder = 1\n")
    recorded = Recorded(
        tree=source.root,
        seconds={"test_kinds.py::slow": 3, "test_kinds.py::quick": 2, "test_more.py::other": 1},
        lines={"payments/domain/acting.py": {11: {"test_more.py::other"}}},
    )
    found = next(each for each in Source(source.root).places if each.line == code.count("\n"))
    assert recorded.tests_for(found, code) == [
        "test_kinds.py::quick",
        "test_kinds.py::slow",
        "test_more.py::other",
    ]


def tried(where: Place, end: str) -> Tried:
    return Tried(place=where, end=end, by="a test", before=f"{where.line}", after="x")


def test_what_was_tried_is_kept_and_the_rest_is_tried_later(source: Source, tmp_path: Path) -> None:
    sample = source.sample("a", 4)
    file = tmp_path / "session.sqlite"
    session = Session(file, sample)
    assert session.waiting() == sample
    for where, end in zip(sample, (NOTICED, SURVIVED, BROKEN), strict=False):
        session.keep(tried(where, end))
    session.close()
    again = Session(file, sample)
    assert again.waiting() == sample[3:]
    assert again.waiting(again=True) == [sample[1], sample[3]]
    assert sorted(each.end for each in again.tried()) == sorted((NOTICED, SURVIVED, BROKEN))
    again.keep(tried(sample[1], NOTICED))
    assert again.waiting(again=True) == sample[3:]
    again.close()


@pytest.mark.parametrize(
    ("ends", "equivalents", "missed"),
    [
        ([NOTICED] * 13 + [SURVIVED], 0, 1),
        ([NOTICED] * 14, 0, 0),
        ([NOTICED] * 12 + [ENDLESS, BROKEN], 0, 0),
        ([NOTICED] * 13 + [SURVIVED], 1, 0),
        ([NOTICED] * 12 + [SURVIVED] * 2, 2, 1),
        ([SURVIVED] * 5, 0, 0),
    ],
)
def test_the_goals_hold_once_the_whole_sample_was_tried(
    source: Source, tmp_path: Path, ends: list[str], equivalents: int, missed: int
) -> None:
    sample = source.sample("a", 14)
    session = Session(tmp_path / "session.sqlite", sample)
    for where, end in zip(sample, ends, strict=False):
        session.keep(tried(where, end))
    unnoticed = [where for where, end in zip(sample, ends, strict=False) if end == SURVIVED]
    same = [
        Equivalent(path=each.path, before=f"{each.line}", after="x", reason="none can tell")
        for each in unnoticed[:equivalents]
    ]
    assert print_report(session, same, seed="a", size=14) == missed
    session.close()


def test_each_that_changes_nothing_has_its_reason_and_is_in_the_program() -> None:
    for each in read_equivalents():
        code = " ".join((ROOT / each.path).read_text().split())
        assert each.reason.strip()
        assert " ".join(each.before.split()) in code, each
