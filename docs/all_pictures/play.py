"""People in the demo who type and press, and a browser that looks over their shoulder."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from camera import Camera
from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as BrowserTimeout
from simcord.results import InteractionResult

from bot.delivery.cards import CARDS
from bot.delivery.readers import reader_in
from bot.delivery.seeing import see
from payments.domain.values.events import Event
from sandbox.demo.stage import Stage
from sandbox.demo.world import GUILD

LOADED: Final = "images => images.every(image => image.complete && image.naturalWidth)"
"""Whether pictures are there. The page may put another in the place of one that is just read, so
one that is not there yet is no error."""

IMAGE_LOOKS, IMAGE_SECONDS = 40, 0.25
"""How often, and how long apart, one looks whether pictures are there."""

WAIT_MILLISECONDS: Final = 15_000
"""How long a card may take to come."""

_STILL_SECONDS: Final = 0.4
"""How long a card stays as it is before it is taken: it is drawn again when it is edited."""


class Play:
    """What people do, and pictures of what they see.

    Args:
        stage: The demo.
        page: Of a browser; it shows Discord alone, without the demo's page around it.
        camera: Takes the pictures.
        group: The folder that they go to.
    """

    def __init__(self, stage: Stage, page: Page, camera: Camera, group: str) -> None:
        self.stage, self.page = stage, page
        self.stripe = stage.stripe
        self.camera, self._group = camera, group
        self._seat = ""

    async def slash(self, person: str, place: str, command: str, /, **options: Any) -> Any:  # noqa: ANN401 - SimCord's
        """Type a command; a name of the demo's people stands for the member."""
        people = self.stage.world.people
        given = {
            name: people[value].member if name == "member" else value
            for name, value in options.items()
        }
        async with self.stage.screen.turn():
            return await people[person].member.slash(self._channel(place), command, **given)

    async def press(self, person: str, shown: InteractionResult, label: str) -> Any:  # noqa: ANN401 - as above
        """Press a button of an answer."""
        message = shown.response or shown.followups[-1]
        async with self.stage.screen.turn():
            return await self.stage.world.people[person].member.click(message, label=label)

    async def choices(self, person: str, place: str, command: str, option: str) -> list[str]:
        """The values that an option offers."""
        async with self.stage.screen.turn():
            member = self.stage.world.people[person].member
            found = await member.autocomplete(self._channel(place), command, option, "")
        return [str(each["value"]) for each in found]

    async def begin(self, package: str = "demo-0", person: str = "ada") -> tuple[str, str]:
        """Somebody types `/buy`. Returns the checkout's id at Stripe, and the payment's here."""
        known = set(self.stripe.state.sessions)
        shown = await self.slash(person, "general", "buy", package=package)
        (session,) = self.stripe.state.sessions.keys() - known
        (link,) = _links(shown.response.components)
        return session, link.partition("/pay/")[2].partition("?")[0]

    async def buy(self, package: str = "demo-0", person: str = "ada") -> tuple[str, str]:
        """Somebody buys and pays; returns as `begin`."""
        session, payment = await self.begin(package, person)
        await self.stripe.pay(session)
        await self.stripe.drain()
        return session, payment

    async def tell(self, event: Event) -> None:
        """Moderators get the card of an event that takes days to come about by itself."""
        bot: Any = self.stage.guildbank.bot
        seen = await see(bot, self.stage.guildbank.queries, event)
        view = CARDS[type(event)](event, seen, await reader_in(bot, GUILD))
        async with self.stage.screen.turn():
            await bot.get_partial_messageable(self.stage.world.mods.id).send(view=view)

    def forget_seat(self) -> None:
        """The browser shows something else by now."""
        self._seat = ""

    async def look(self, seat: str) -> None:
        """Look from a seat, such as `ada-general`."""
        if seat == self._seat:
            return
        url = self.stage.shell.url
        said = await self.page.request.post(f"{url}/shell/seat/{seat}", headers={"Origin": url})
        await self.page.goto(url + (await said.json())["frame"])
        await self.page.locator("#channel-timeline").wait_for()
        self._seat = seat

    async def see(
        self,
        picture: str,
        seat: str,
        words: str,
        shown: Any = None,  # noqa: ANN401 - as above
        *,
        milliseconds: int = WAIT_MILLISECONDS,
    ) -> None:
        """Take a picture of a message.

        Args:
            picture: What it is called.
            seat: From where the message is seen.
            words: What it says by then.
            shown: What somebody's act was answered; the newest message that says so if none.
            milliseconds: How long it may take to come.
        """
        await self.look(seat)
        messages = self.page.get_by_role("article")
        message = messages.filter(has_text=words).last
        if shown is not None:
            answer = shown.followups[-1] if shown.followups else shown.response
            message = self.page.locator(f'article[data-message-id="{answer.id}"]')
            message = message.filter(has_text=words)
        try:
            await message.wait_for(timeout=milliseconds)
        except BrowserTimeout:
            newest = " ".join((await messages.last.inner_text()).split())
            self.camera.miss(f"{self._group}/{picture}: nothing says “{words}”, but: {newest}")
            return
        await self.take(picture, message)

    async def take(self, name: str, part: Locator) -> None:
        """Take a picture of a part of the page, once it is there and stays as it is."""
        await part.wait_for()
        await asyncio.sleep(_STILL_SECONDS)
        for _ in range(IMAGE_LOOKS):
            if await part.locator("img").evaluate_all(LOADED):
                break
            await asyncio.sleep(IMAGE_SECONDS)
        else:
            self.camera.miss(f"{self._group}/{name}: a picture in it does not come")
        await self.camera.take(self.page, self._group, name, part)

    async def take_form(
        self, name: str, seat: str, command: str, choice: str, also: tuple[str, str] | None = None
    ) -> None:
        """Type a command whose answer is a form, take a picture of the form, and close it.

        Args:
            name: Of the picture.
            seat: From where it is typed.
            command: Without its slash.
            choice: What its first option offers and is chosen.
            also: An option that need not be given, and its choice.
        """
        await self.look(seat)
        await self.page.locator("#channel-composer-input").click()
        await self.page.keyboard.type(f"/{command}", delay=20)
        await self.page.get_by_role("option", name=f"/{command}").first.wait_for()
        await self.page.keyboard.press("Enter")
        await self.page.get_by_role("option", name=choice).first.click()
        if also is not None:
            await self.page.locator(".command-ghost").click()
            for each in also:
                await self.page.get_by_role("option", name=each).first.click()
        await self.page.locator("#send-message").click()
        form = self.page.locator(".modal-dialog")
        await self.take(name, form)
        await form.get_by_role("button", name="Cancel").click()

    def _channel(self, place: str) -> Any:  # noqa: ANN401 - SimCord's
        return self.stage.world.mods if place == "mods" else self.stage.world.general


def _links(components: list[dict[str, Any]]) -> Iterator[str]:
    for each in components:
        if "url" in each:
            yield str(each["url"])
        yield from _links(each.get("components", []))
