"""The built site, served under a sub-path, and a browser that cannot reach any other host."""

import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
def browser():
    """The system's Chromium, or the one that Playwright installed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
        found = found or playwright.chromium.executable_path
        if not Path(found).exists():
            pytest.fail(
                "The browser tests need Chromium: `apt-get install chromium`, or set CHROMIUM to "
                "the path of a browser of that kind.",
                pytrace=False,
            )
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()
