"""The list of named mistakes names the program as it is."""

import pytest

from tests.mutation.mistakes import MUTANTS, Mutant
from tests.mutation.named import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mistake_can_be_made_in_one_place_and_has_tests(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert mutant.old != mutant.new
    for test in mutant.tests.split():
        assert (ROOT / test).exists()
