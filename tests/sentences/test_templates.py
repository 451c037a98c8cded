"""The tool finds each sentence that no translator could find, and takes those that they can."""

from pathlib import Path

import pytest

from tests.sentences.extraction import catalogue_of, descriptions_in, written
from tests.sentences.literals import literals_in
from tests.sentences.templates import faults_in

ROOT = Path(__file__).parents[2]
HERE = Path("bot/any.py")


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('Sentence(f"{n} points")', "the template is not one literal, so no translator finds it"),
        ('Refused("You owe " + x)', "the template is not one literal, so no translator finds it"),
        ('plural("a", f"{b}", 2)', "the template is not one literal, so no translator finds it"),
        ('Sentence("a".format(1))', "the template is not one literal, so no translator finds it"),
        ('Sentence("{a} and {b}", a=1)', "nothing is given for b"),
        ('plural("{n} of {m}", "{n} of {k}", 2, m=1)', "nothing is given for k"),
        ('Sentence("{a}", a=1, b=2)', "b is given, and stands in no template"),
        ('errors.Refused(f"{a}")', "the template is not one literal, so no translator finds it"),
    ],
)
def test_what_cannot_be_translated_is_found(source: str, what: str) -> None:
    assert [fault.what for fault in faults_in(source, HERE)][:1] == [what]


@pytest.mark.parametrize(
    "source",
    [
        'Sentence("You owe {debt}.", debt=Points(5))',
        'plural("{n} line", "{n} lines", count)',
        'Refused(Sentence("It is over."))',
        "Refused(why)",
        'Refused("a {b} of a template without values")',
        'Sentence("{a}", **values)',
        'ValueError(f"{a}")',
    ],
)
def test_what_can_be_translated_is_taken(source: str) -> None:
    assert list(faults_in(source, HERE)) == []


def test_descriptions_of_commands_are_for_translators_too() -> None:
    source = '''
@app_commands.command()
@app_commands.describe(member="Whose balance.")
async def balance(self, interaction):
    """See how many points
    you have.

    Returns: nothing.
    """

group = app_commands.Group(name="package", description="Points for sale.")
async def no_command(self):
    """Nobody reads this."""
'''
    found = {words for _, words in descriptions_in(source)}
    assert found == {
        "Whose balance.",
        "See how many points you have.",
        "package",
        "Points for sale.",
    }


def test_the_catalogue_names_each_place() -> None:
    found = written(catalogue_of(ROOT))
    assert b'msgid "That takes {wanted}, and only {available} can be used now."' in found
    assert b"#: payments/domain/errors.py:" in found


def test_the_catalogue_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("bot/b.py", "bot/a.py", "payments/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f'Sentence("Of {name}.")\nSentence("Of all.")\n')
    first, second = written(catalogue_of(tmp_path)), written(catalogue_of(tmp_path))
    assert first == second
    assert b"#: bot/a.py:2 bot/b.py:2 payments/c.py:2" in first


@pytest.mark.parametrize(
    "source",
    [
        'card("Your balance", reader=reader)',
        'label = "Approve"',
        'await channel.send(f"You got {points} points")',
        'lines = {"Currency": value}',
    ],
)
def test_words_that_stand_in_no_sentence_are_found(source: str) -> None:
    assert len(list(literals_in(source, HERE))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'card(Sentence("Your balance"), reader=reader)',
        '"""What it does."""',
        'log.warning("it was not sent")',
        'raise GiveUp("there is no such channel")',
        'custom_id = "refund:quote"',
        'NAME = "View Channel"  # no sentence - as Discord writes it',
        '@app_commands.describe(member="Whose balance.")\ndef f() -> "A | None": ...',
    ],
)
def test_what_no_person_reads_is_let_alone(source: str) -> None:
    assert list(literals_in(source, HERE)) == []
