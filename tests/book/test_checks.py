"""The checks of `page_checks.js` find what they are there for, and leave a sound page alone."""

from pathlib import Path

import pytest

CHECKS = Path(__file__).with_name("page_checks.js").read_text(encoding="utf8")
NAMES = ("headings", "rawMathematics", "unnamedPictures", "brokenPictures", "faintText", "tooWide")
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
SOUND = f"""
<h1>Title</h1>
<p>Five dollars, $5, and <code>$x$</code>.</p>
<p class="math"><mjx-container>x</mjx-container></p>
<img src="{PIXEL}" alt="a point"><svg aria-label="a curve" width="9" height="9"></svg>
<div style="overflow-x: auto"><div style="width: 3000px">wide</div></div>
<p style="color: #767676">grey</p>
"""

pytestmark = pytest.mark.book


@pytest.fixture
def found(browser):
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()

    def run(content):
        page.set_content(
            "<style>body { margin: 0; background: white }</style>"
            f"<main><article>{content}</article></main>"
        )
        page.evaluate(CHECKS)
        return {name for name in NAMES if page.evaluate(f"checks.{name}()")}

    yield run
    context.close()


def test_a_sound_page_passes(found):
    assert found(SOUND) == set()


@pytest.mark.parametrize(
    ("defect", "check"),
    [
        ("<h1>Another title</h1>", "headings"),
        ("<p>The weight $W_{ij}$ is free.</p>", "rawMathematics"),
        ("<p>Here \\(x\\) is raw.</p>", "rawMathematics"),
        ("<p>A \\frac{1}{2} too many.</p>", "rawMathematics"),
        ('<p class="math">x</p>', "rawMathematics"),
        ("<mjx-container><mjx-merror>?</mjx-merror></mjx-container>", "rawMathematics"),
        (f'<img src="{PIXEL}">', "unnamedPictures"),
        (f'<img src="{PIXEL}" alt="">', "unnamedPictures"),
        ("<svg width='9' height='9'></svg>", "unnamedPictures"),
        ('<img src="data:image/gif;base64,AAAA" alt="a point">', "brokenPictures"),
        ('<p style="color: #999">pale</p>', "faintText"),
        ('<p style="background: #333; color: #555">dark on dark</p>', "faintText"),
        ('<pre><span style="color: #b0b0b0">pale code</span></pre>', "faintText"),
        ('<div style="width: 400px">wide</div>', "tooWide"),
    ],
)
def test_a_defect_is_found(found, defect, check):
    assert found(SOUND + defect) == {check}
