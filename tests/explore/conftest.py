"""What the tests of the explorables share: Node with the bundle, pages with figures."""

import functools
import http.server
import shutil
import threading

import pytest
from page_bundle import BUNDLE, ROOT, Node
from pages import write_site

ORT = ROOT / "frontend" / "node_modules" / "onnxruntime-web" / "dist"
ORT_FILES = ("ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm")


@pytest.fixture(scope="session")
def node():
    """The bundle in Node: `node.ask`, `node.run`."""
    process = Node()
    yield process
    process.process.stdin.close()
    process.process.wait(timeout=10)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static file server that does not write into the test report."""

    def log_message(self, *args):
        pass


@pytest.fixture
def show(node, browser, tmp_path):
    """`show(*figures, width=…, query=…, **context)` opens a page with live figures and returns it.

    The test fails afterwards if the page logged an error.
    """
    handler = functools.partial(Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    contexts, errors = [], []

    def open_page(*figures, width=1280, query="", wait=True, ort=False, **options):
        write_site(
            tmp_path, BUNDLE.parent, list(figures), [node.ask("room", spec=f) for f, _ in figures]
        )
        if ort:
            home = tmp_path / "_static" / "genedu" / "ort"
            home.mkdir(exist_ok=True)
            for name in ORT_FILES:
                shutil.copy(ORT / name, home)
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html{query}")
        for number in range(len(figures) if wait else 0):
            place = page.locator(".genedu-explore").nth(number)
            place.scroll_into_view_if_needed()
            place.and_(page.locator("[data-executor], [data-state=failed]")).wait_for()
        page.evaluate("scrollTo(0, 0)")
        page.errors = errors
        return page

    yield open_page
    for context in contexts:
        context.close()
    server.shutdown()
    assert not errors, errors
