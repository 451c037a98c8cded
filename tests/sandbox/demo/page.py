"""A page of SimCord's, as a browser has it: it acts on what it was given last."""

import asyncio
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp

from sandbox.demo.stage import Stage

Json = dict[str, Any]

WAIT_SECONDS = 20.0


class Page:
    """One page in the demo's frame.

    Args:
        stage: The demo.
        browser: Speaks HTTP.
        key: Of the Preview, as the frame's address has it after its `#`.
    """

    def __init__(self, stage: Stage, browser: aiohttp.ClientSession, key: str) -> None:
        self._shell = stage.shell.url
        self._browser = browser
        self._headers = {"Origin": self._shell, "X-Simcord-Capability": key}
        self._sequence = 0
        self.state: Json = {}

    async def open(self) -> None:
        self.state = await self._ask("POST", "/api/pages", {})
        self._headers["X-Simcord-Context"] = self.state["context"]["id"]

    async def read_until(self, wanted: Callable[[Json], object]) -> None:
        """Read as the page does, until it was given what is wanted."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not wanted(self.state):
                await asyncio.sleep(0.01)
                self.state = await self._ask("GET", "/api/state")

    async def wait_until_outdated(self) -> None:
        """Wait until there is a newer state than the page's; it does not read it."""
        state = self.state
        await self.read_until(lambda now: now["publishedRevision"] > state["publishedRevision"])
        self.state = state

    async def press(self, label: str) -> Json:
        """Press the last button with that label. Returns what SimCord says of it."""
        key = self.button(label)
        assert key is not None, f"there is no button {label}"
        return await self.act("click", control_key=key, target_id=key.split(":")[1])

    def button(self, label: str) -> str | None:
        """SimCord's key of the last button with that label."""
        keys = [each["control_key"] for each in parts(self.state) if each.get("label") == label]
        return keys[-1] if keys else None

    async def command(self, name: str) -> Json:
        """What names a command in an action."""
        catalog = await self._ask("GET", "/api/commands")
        (entry,) = (each for each in catalog["entries"] if each["path"] == [name])
        return {
            "command_id": entry["commandId"],
            "path": entry["path"],
            "schema_fingerprint": entry["schemaFingerprint"],
        }

    async def act(self, kind: str, **more: object) -> Json:
        """Act on what the page was given last."""
        action = {
            "kind": kind,
            "protocol_version": 3,
            "sequence": self._sequence + 1,
            "request_id": str(uuid.uuid4()),
            "generation": self.state["context"]["generation"],
            "bot_generation": self.state["botGeneration"],
            "published_revision": self.state["publishedRevision"],
        }
        result = await self._ask("POST", "/api/action", action | more)
        self._sequence = result["expectedSequence"]
        return result

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        async with self._browser.request(
            method, self._shell + path, json=body, headers=self._headers
        ) as answer:
            assert answer.status == 200, await answer.text()
            said: Json = await answer.json()
            return said


async def open_page(stage: Stage, browser: aiohttp.ClientSession, seat: str) -> Page:
    """Look from a seat, and open the page there."""
    address = f"{stage.shell.url}/shell/seat/{seat}"
    async with browser.post(address, headers={"Origin": stage.shell.url}) as answer:
        assert answer.status == 200
        frame = str((await answer.json())["frame"])
    page = Page(stage, browser, frame.split("#")[1])
    await page.open()
    return page


def parts(state: Json) -> Iterator[Json]:
    """All components of all messages, oldest message first."""
    for identity in state["timeline"]:
        for root in state["messages"][identity]["components"]:
            yield from _inner(root)


def shows(words: str) -> Callable[[Json], bool]:
    """Whether words are seen in a message or in a card."""

    def seen(state: Json) -> bool:
        contents = [each["content"] for each in state["messages"].values()]
        return any(words in (text or "") for text in contents) or any(
            words in str(each.get("content", "")) for each in parts(state)
        )

    return seen


def _inner(component: Json) -> Iterator[Json]:
    yield component
    for each in component.get("components", []):
        yield from _inner(each)
