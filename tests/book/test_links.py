"""Links inside the built book lead somewhere, and the landing page knows which chapters exist."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.book


class Page(HTMLParser):
    """Collects the addresses that a page points to, and the anchors that it offers."""

    def __init__(self, text: str):
        super().__init__()
        self.targets, self.anchors = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors.update(filter(None, (attrs.get("id"), attrs.get("name"))))
        self.targets += filter(None, (attrs.get("href"), attrs.get("src")))


def test_links_inside_the_book_lead_somewhere(site):
    files = [file for file in site.rglob("*.html") if "_static" not in file.parts]
    pages = {file.resolve(): Page(file.read_text(encoding="utf8")) for file in files}
    broken = []
    for file, page in pages.items():
        for target in page.targets:
            if urlparse(target).scheme or target.startswith("//"):
                continue
            path, anchor = urldefrag(target)
            path = unquote(path.partition("?")[0])
            there = (file.parent / path).resolve() if path else file
            if not there.is_file():
                broken.append(f"{file.name}: {target}")
            elif anchor and there in pages and unquote(anchor) not in pages[there].anchors:
                broken.append(f"{file.name}: {target} (no such anchor)")
    assert not broken, "\n".join(broken)


def test_chapters_can_be_downloaded(site):
    for page in (site / "chapters").glob("*.html"):
        source = site / "_sources" / "chapters" / f"{page.stem}.ipynb"
        assert source.is_file(), f"{page.name} has no notebook to download"
        assert f"chapters/{page.stem}.ipynb" in page.read_text(encoding="utf8")


def test_the_landing_page_links_the_chapters_that_exist_and_no_others():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
    files = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
    exist = {file for file in files if "/appendix/" not in file}
    intro = (ROOT / "intro.md").read_text(encoding="utf8")
    assert set(re.findall(r'href="(chapters/\d\d-[\w-]+)\.html"', intro)) == exist
    listed = re.findall(r'<li value="(\d+)"( class="planned")?>', intro)
    assert [int(number) for number, _ in listed] == list(range(1, 20))
    assert {int(n) for n, planned in listed if not planned} == {
        int(file.removeprefix("chapters/")[:2]) for file in exist
    }
