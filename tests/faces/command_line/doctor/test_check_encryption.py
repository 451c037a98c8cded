"""Keys that are still needed, or missing, are named."""

from payments.infra.encryption import Encryptor, new_key
from payments.infra.finding import FindingState
from tests.faces.command_line.doctor.conftest import Installation
from tests.support.encrypted import fill


async def test_data_under_an_older_key_is_named_with_the_command_that_mends_it(
    well: Installation,
) -> None:
    old, new = new_key(), new_key()
    await fill(well.running.database, old, ["one"])
    found = (await well.examine(encryption_keys=f"{new},{old}")).the("Encryption")
    assert (found.state, "2 values" in found.words) == (FindingState.WARNING, True)
    assert "guildbank reencrypt" in found.remedy
    found = (await well.examine(encryption_keys=new)).the("Encryption")
    assert found.state == FindingState.ERROR
    assert Encryptor([old]).is_under_first(Encryptor([old]).encrypt("x"))
