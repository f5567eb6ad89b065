"""The built site, served under a sub-path; its pages, watched; its live figures."""

import functools
import http.server
import threading
from pathlib import Path
from urllib.parse import urlparse

import pytest
from live import SITE, LiveFigure, specs

from genedu.errors import require_choice


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static file server that does not write into the test report."""

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book."""
    if not (SITE / "intro.html").is_file():
        pytest.fail("The book is not built: run `make book` first.", pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def address(site, tmp_path_factory):
    """The address of the site, below a sub-path as on a page of a repository."""
    root = tmp_path_factory.mktemp("server")
    (root / "some").mkdir()
    (root / "some" / "book").symlink_to(site, target_is_directory=True)
    handler = functools.partial(Quiet, directory=str(root))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/some/book/"
    server.shutdown()


@pytest.fixture(scope="session")
def new_page(browser, address):
    """`new_page(problems)`: an empty page that asks no other host, and notes what goes wrong."""
    host = urlparse(address).netloc
    contexts = []

    def make(problems: list[str]):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)

        def gate(route):
            if urlparse(route.request.url).netloc == host:
                route.continue_()
            else:
                problems.append(f"asked another host: {route.request.url}")
                route.abort()

        def said(message):
            if message.type == "error":
                problems.append(f"console: {message.text}")

        def got(response):
            if response.status >= 400:
                problems.append(f"{response.status}: {response.url}")

        context.route(lambda url: urlparse(url).scheme in ("http", "https"), gate)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
        page.on("console", said)
        page.on("response", got)
        page.on("requestfailed", lambda lost: problems.append(f"request failed: {lost.url}"))
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def _figures(site, address, new_page):
    """Pages with their figures, opened once for all tests; and what went wrong on them."""
    problems: list[str] = []
    pages = site / "chapters"
    names = [str(file.relative_to(pages).with_suffix("")) for file in pages.rglob("*.html")]

    @functools.cache
    def opened(name: str):
        page = new_page(problems)
        page.goto(f"{address}chapters/{name}.html", wait_until="domcontentloaded")
        return page

    @functools.cache
    def figure(name: str, title: str) -> LiveFigure:
        found = specs(pages / f"{require_choice('page', name, names)}.html")
        titles = [spec["title"] for spec in found]
        number = titles.index(require_choice("title", title, titles))
        return LiveFigure(opened(name), number, found[number])

    return figure, problems


@pytest.fixture
def figure_on_page(_figures):
    """`figure_on_page(page, title)`: a live figure of the book as it stands at first; live.py."""
    figure, problems = _figures
    problems.clear()

    def at_first(page: str, title: str) -> LiveFigure:
        found = figure(page, title)
        found.reset()
        return found

    yield at_first
    assert not problems, "\n".join(problems)
