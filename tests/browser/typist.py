"""Somebody without a mouse, and without scripts: Tab to a thing, see that one stands on it, press a key."""

from playwright.async_api import Locator, Page, expect

FARTHEST = 300
STANDS = "e => e === document.activeElement || e.contains(document.activeElement)"


class Typist:
    """A page and its keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def reach(self, what: Locator) -> None:
        """Go there by Tab alone. Fails when Tab never comes there."""
        await expect(what).to_be_visible()
        for _ in range(FARTHEST):
            if await what.evaluate(STANDS):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {what}")

    async def press(self, what: str, key: str = "Enter") -> None:
        """Go there and press; Enter for links and buttons, Space for boxes and radio buttons."""
        await self.reach(self.page.locator(what).first)
        await self.page.keyboard.press(key)
        await self.page.wait_for_load_state()

    async def mark(self, radio: str, *, downs: int = 1) -> None:
        """Mark the radio button that stands so many lower than the group's first."""
        group = self.page.locator(radio)
        await self.reach_any(group)
        await self.page.keyboard.press("Space")
        for _ in range(downs):
            await self.page.keyboard.press("ArrowDown")

    async def reach_any(self, group: Locator) -> None:
        """Go to whichever of a group Tab stops at."""
        for _ in range(FARTHEST):
            if any([await one.evaluate(STANDS) for one in await group.all()]):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not come to {group}")

    async def type(self, field: str, words: str) -> None:
        """Go to the field and write over what stands in it."""
        await self.reach(self.page.locator(field).first)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(words)
