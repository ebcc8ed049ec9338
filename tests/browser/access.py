"""What a machine can judge of a page's access: axe-core's rules, what Tab reaches, whether all fits in a window."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

GRAVE = frozenset({"serious", "critical"})
# A phone; a desk at 200 % (1280 px seen as 640); what WCAG 1.4.10 asks at 400 %.
WIDTHS = (640, 375, 320)
ROUNDS = 2
# Whatever can be stood on with Tab, seen as one stop each: a group of radio buttons is one.
STOPS = """() => {
  const seen = e => e.checkVisibility({visibilityProperty: true}) && !e.matches(':disabled') && e.tabIndex >= 0;
  const name = e => e.type === 'radio' ? 'radio ' + e.name
    : e.tagName + ' ' + (e.getAttribute('href') || e.name || '') + ' ' + (e.value || e.textContent).trim().slice(0, 40);
  window.stopName = name;
  return [...new Set([...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(seen).map(name))];
}"""
STOOD_ON = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  // What stands in a frame shows its own place.
  const shown = e.tagName === 'IFRAME' || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  return [window.stopName(e), shown];
}"""
IDLE = """() => [...document.querySelectorAll('button, a')]
  .filter(e => e.tagName === 'A' ? !e.getAttribute('href') || e.getAttribute('href').startsWith('#!')
                                  : !e.form || e.type === 'button')
  .map(e => e.outerHTML.slice(0, 120))"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def complaints(page: Page) -> list[str]:
    """What axe-core calls serious or critical: rule, what to do, and the first place."""
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
    ]


async def unreached(page: Page) -> list[str]:
    """What Tab alone does not reach, and what does not show that it is stood on."""
    left, dark, rounds = set(await page.evaluate(STOPS)), set[str](), 0
    # A page that begins in its middle (autofocus) is gone round once.
    while left and rounds < ROUNDS:
        await page.keyboard.press("Tab")
        stood = await page.evaluate(STOOD_ON)
        if stood is None:
            rounds += 1
            continue
        left.discard(stood[0])
        dark |= set() if stood[1] else {stood[0]}
    return [f"Tab does not reach {one}" for one in sorted(left)] + [f"no outline on {one}" for one in sorted(dark)]


async def too_wide(page: Page) -> list[str]:
    """The widths at which the page scrolls sideways."""
    wrong = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 740})
        over = await page.evaluate(TOO_WIDE)
        wrong += [f"{over} px too wide at {width} px"] if over > 0 else []
    return wrong


async def needs_script(page: Page) -> list[str]:
    """Buttons and links that do nothing when no script runs."""
    return [f"does nothing without a script: {one}" for one in await page.evaluate(IDLE)]
