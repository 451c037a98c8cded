"""`guildbank admit` as it is typed."""

from tests.process.conftest import Process


async def test_servers_are_let_in_listed_and_taken_back(process: Process) -> None:
    process.without_books()
    before = await process.typed("admit")
    assert (before.code, before.output) == (1, "")
    assert "There are no books" in before.errors
    assert (await process.typed("migrate")).code == 0
    assert (await process.typed("admit")).output == "No server was let in.\n"
    assert "123 may sell" in (await process.typed("admit", "123")).output
    assert (await process.typed("admit")).output == "123\n"
    assert "sells no longer" in (await process.typed("admit", "123", "--withdraw")).output
    assert (await process.typed("admit")).output == "No server was let in.\n"
    for wrong in (("my server",), ("--withdraw",)):
        assert (await process.typed("admit", *wrong)).code == 2
