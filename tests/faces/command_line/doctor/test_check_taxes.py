"""What `guildbank doctor` finds of taxes."""

from dataclasses import replace

import pytest

from app.doctor.check_taxes import check_records
from payments.infra.finding import FindingState
from payments.integrations.tax.errors import TaxAccessRefused, TaxError, TaxUnavailable
from payments.integrations.tax.examined import examined
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.records.tax_records import TaxRecords
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.make import package
from tests.support.taxing import EXCLUSIVE, FlatTaxes

pytestmark = only_on_sqlite


async def test_packages_that_nobody_can_tax_are_named(runner: Runner, database: Database) -> None:
    records = TaxRecords(database)
    assert await check_records(records, is_on=False) == []
    await put_up(runner, replace(package(), tax=EXCLUSIVE))
    (found,) = await check_records(records, is_on=False)
    assert found.state is FindingState.WARNING
    assert (
        "Nobody computes taxes, so packages that are to be taxed are sold without tax: 1."
        in found.words
    )
    (well,) = await check_records(records, is_on=True)
    assert well.state is FindingState.OK


@pytest.mark.parametrize(
    ("trouble", "state", "words"),
    [
        (None, FindingState.OK, "It takes the key, and answers."),
        (TaxAccessRefused("Flat refuses KEY."), FindingState.ERROR, "Flat refuses KEY."),
        (TaxUnavailable("Flat: away."), FindingState.ERROR, "It gave no answer of use."),
    ],
)
async def test_a_service_is_tried(
    trouble: TaxError | None, state: FindingState, words: str
) -> None:
    (found,) = await examined(FlatTaxes(trouble=trouble), "Mend it.")
    assert (found.check, found.state) == ("Flat", state)
    assert words in found.words
