"""Every page of the built book in a real browser: complete, local, typeset, readable, narrow."""

from pathlib import Path

import pytest
from live import SITE

CHECKS = Path(__file__).with_name("page_checks.js").read_text(encoding="utf8")
PAGES = sorted(str(page.relative_to(SITE)) for page in SITE.rglob("*.html"))
PAGES = [page for page in PAGES if not page.startswith(("_static/", "_sources/"))]
WIDTHS = (1280, 360, 320)  # a page opens at the first

pytestmark = pytest.mark.book


@pytest.mark.parametrize("name", PAGES or ["intro.html"])
def test_page(name, address, new_page):
    problems: list[str] = []
    page = new_page(problems)
    page.add_init_script(CHECKS)

    def check(label, function):
        problems.extend(f"{label}: {found}" for found in page.evaluate(f"checks.{function}()"))

    page.goto(address + name, wait_until="load")
    if name == "index.html":  # hands over to the landing page
        page.wait_for_url(address + "intro.html")
    page.wait_for_load_state("networkidle")
    page.evaluate("checks.ready()")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => fold.open = true)")
    check("heading", "headings")
    check("mathematics not typeset", "rawMathematics")
    check("picture without a text", "unnamedPictures")
    check("picture does not load", "brokenPictures")
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.wait_for_timeout(300)  # colours fade
        check(f"hard to read in {theme} mode", "faintText")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(100)
        page.evaluate("checks.ready()")
        check(f"scrolls sideways at {width} px", "tooWide")
    page.context.close()
    assert not problems, f"{name}:\n  " + "\n  ".join(problems)


SHIFTS = """globalThis.shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) globalThis.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.parametrize("name", [page for page in PAGES if page.startswith("chapters/0")])
def test_a_chapter_does_not_jump_on_a_phone(name, address, new_page):
    problems: list[str] = []
    page = new_page(problems)
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(CHECKS + SHIFTS)
    page.goto(address + name, wait_until="networkidle")
    page.evaluate("checks.ready()")
    for place in page.locator(".genedu-explore").all():
        place.scroll_into_view_if_needed()
        place.and_(page.locator("[data-executor]")).wait_for()
    page.wait_for_timeout(300)
    shift = page.evaluate("shift")
    page.context.close()
    assert shift < 0.02  # mathematics grows a line here and there; fonts and figures do nothing
    assert not problems
