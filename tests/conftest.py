"""What all tests share: one thread, for two workers share two cores; one browser for each worker.

Playwright cannot be started twice in a process, so the browser is here and nowhere else.
"""

import os
import shutil
from pathlib import Path

import matplotlib
import pytest
import torch

matplotlib.use("agg")
torch.set_num_threads(1)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, or the one that Playwright installed; it reaches no other host."""
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
