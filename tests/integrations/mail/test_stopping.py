"""The link that stops mail: looked at, it changes nothing; pressed, the address is gone."""

import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from unittest.mock import patch

import aiohttp
import pytest
from sqlalchemy import Connection, select

from payments.domain.values.time import DAY, HOUR
from payments.integrations.mail.addresses import Addresses
from payments.store.records.mail import CHANGED_AT_ONCE
from payments.store.tables import metadata
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA
from tests.support.posting import ADDRESS, PostOffice
from tests.support.provider_shop import opened_web

pytestmark = only_on_sqlite


@pytest.fixture
async def url(post: PostOffice, clock: Time) -> AsyncIterator[str]:
    """Where the program's pages are, after Ada got a receipt."""
    await post.buy()
    await post.send()
    async with opened_web(post.core, clock) as opened:
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def path_in(post: PostOffice) -> str:
    """The path of the link in the last mail, which both of its parts have."""
    mail = post.mailbox.mails[-1]
    [link] = re.findall(r"https://bank\.example(/mail/stop/\S+)", mail.text)
    assert f'href="https://bank.example{link}"' in mail.html
    return str(link)


async def test_looking_changes_nothing_and_pressing_stops_mail_and_deletes_the_address(
    post: PostOffice, url: str, http: aiohttp.ClientSession
) -> None:
    path = path_in(post)
    for _ in range(3):
        async with http.get(f"{url}{path}") as answer:
            assert answer.status == HTTPStatus.OK
            assert "Send no more mail" in await answer.text()
            assert answer.headers["Cache-Control"] == "no-store"
    assert await post.stored() == [ADDRESS]
    for _ in range(2):
        async with http.post(f"{url}{path}") as answer:
            assert "You get no more mail" in await answer.text()
    assert await post.stored() == []
    await post.buy("two")
    assert (await post.send())[-1] == ("given_up", 0)
    assert len(post.mailbox.mails) == 1


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "ä", "a/b", "A" * 5000])
async def test_another_link_leads_nowhere(
    post: PostOffice, url: str, http: aiohttp.ClientSession, token: str
) -> None:
    for method in ("GET", "POST"):
        async with http.request(method, f"{url}/mail/stop/{token}") as answer:
            assert answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}
            assert "Traceback" not in await answer.text()
    assert await post.stored() == [ADDRESS]


async def test_a_link_of_another_address_or_one_that_was_changed_is_none_of_ours(
    post: PostOffice,
) -> None:
    addresses = post.desk.addresses
    token = addresses.stop_token(addresses.fingerprint(ADDRESS))
    assert addresses.read_stop_token(token) == addresses.fingerprint("ADA@example.org")
    for at in range(len(token)):
        other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        read = addresses.read_stop_token(other)
        assert read in {None, addresses.fingerprint(ADDRESS)}
        assert read is None or at == len(token) - 1, "the last letter has bits that mean nothing"


async def test_the_link_lives_on_when_the_encryption_keys_are_changed(
    post: PostOffice, clock: Time
) -> None:
    addresses = post.desk.addresses
    token = addresses.stop_token(addresses.fingerprint(ADDRESS))
    again = Addresses(post.core.encryptor, clock, keep_days=1)
    again.unlock(await post.desk.book.key("not used"))
    assert again.read_stop_token(token) == addresses.fingerprint(ADDRESS)


async def test_addresses_are_deleted_when_their_time_is_over(post: PostOffice) -> None:
    await post.buy()
    post.clock.pass_(400 * DAY - HOUR)
    assert await post.desk.book.forget_expired(post.clock()) == 0
    post.clock.pass_(HOUR)
    assert await post.desk.book.forget_expired(post.clock()) == 1
    assert await post.stored() == []


async def test_all_addresses_of_a_member_can_be_forgotten(post: PostOffice) -> None:
    await post.buy()
    await post.buy("two", "ada@elsewhere.example")
    assert await post.desk.book.forget_member(ADA) == 2
    assert await post.stored() == []
    assert {status for status, _ in await post.send()} == {"given_up"}


async def test_a_copy_that_becomes_an_installation_of_its_own_forgets_all(post: PostOffice) -> None:
    await post.buy()
    assert await post.desk.book.forget_all() == 1
    assert await post.stored() == []


async def test_nothing_in_the_database_can_be_read_as_an_address(post: PostOffice) -> None:
    await post.buy()
    await post.send()

    def dump(connection: Connection) -> str:
        rows = (connection.execute(select(each)).all() for each in metadata.sorted_tables)
        return repr([row for some in rows for row in some])

    found = await post.core.database.transact(dump)
    assert "example.org" not in found
    assert "ada@" not in found


async def test_what_a_mail_service_says_of_many_addresses_is_committed_some_at_a_time(
    post: PostOffice,
) -> None:
    """Each by itself took so long that the service gave up and sent all of them again."""
    await post.buy()
    await post.buy("two", "grace@example.org")
    fingerprint, book = post.desk.addresses.fingerprint, post.desk.book
    addresses = [ADDRESS, *(f"{number}@elsewhere.example" for number in range(CHANGED_AT_ONCE))]
    reasons = {fingerprint(each): "bounced" for each in addresses}
    with patch.object(
        post.core.database, "transact", wraps=post.core.database.transact
    ) as transactions:
        fresh = await book.stop_all(reasons, post.clock())
    assert (sorted(fresh), transactions.call_count) == (sorted(reasons), 2)
    assert await book.stop_all(reasons, post.clock()) == []
    assert await post.stored() == ["grace@example.org"]
    assert all([await book.is_stopped(each) for each in reasons])
