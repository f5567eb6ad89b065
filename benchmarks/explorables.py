"""Live figures in the page: control to redraw, first figure ready, weight, steps a second.

Every page of the built book that has a figure, and the GAN, which has no chapter yet, on a page of
its own (`tests/explore/gallery.py`); in Chromium, with every other host out of reach.
`python benchmarks/explorables.py [SITE]`, after `make book`; SITE is another built book.
"""

import contextlib
import functools
import gzip
import http.server
import statistics
import sys
import tempfile
import threading
from pathlib import Path

from report import row, spread

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path[:0] = [str(TESTS / "explore"), str(TESTS / "book")]

import gallery  # noqa: E402
from live import SITE, specs  # noqa: E402
from test_site import CONF, ROOT, Quiet, book_output, build, notebook  # noqa: E402

REPEATS = 3
MOVES = 40
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Moves the first control, but a button or a canvas, and waits until the figure is drawn again.
MOVE = """async ([number, moves]) => {
  const slot = document.querySelectorAll(".genedu-explore")[number];
  const { explorable } = slot;
  const none = ["button", "canvas"];
  const controls = Object.entries(explorable.spec.controls);
  const found = controls.find(([, c]) => !none.includes(c.kind));
  if (!found) return [];
  const [name, control] = found;
  const at = (share) => ({
    slider: () => [control.min + share * (control.max - control.min)],
    pad: () => [control.x, control.y].map(([low, high]) => low + share * (high - low)),
    choice: () => [Math.floor(share * control.options.length)],
    picker: () => [Math.floor(share * control.images.length)],
    toggle: () => [share < 0.5 ? 0 : 1],
  })[control.kind]();
  const times = [];
  for (let i = 0; i < moves; i++) {
    const before = performance.now();
    await explorable.set(name, at((i % 20) / 20));
    times.push(performance.now() - before);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""
STEPS = """async ([number, seconds]) => {
  const { explorable } = document.querySelectorAll(".genedu-explore")[number];
  const start = performance.now();
  let steps = 0;
  for (; performance.now() - start < 1000 * seconds; steps += 20) await explorable.step(20);
  return steps / ((performance.now() - start) / 1000);
}"""
READY = """() => new Promise((done) => {
  const look = () => {
    if (document.querySelector(".genedu-explore[data-executor]")) return done(performance.now());
    document.querySelector(".genedu-explore")?.scrollIntoView();
    setTimeout(look, 1);
  };
  look();
})"""


@contextlib.contextmanager
def served(folder: Path):
    """The address of a folder on this machine."""
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@contextlib.contextmanager
def chromium():
    """The system's browser, which reaches no other host."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        path = next(
            filter(Path.exists, map(Path, ("/usr/bin/chromium", "/usr/bin/google-chrome")))
        )
        arguments = ["--no-sandbox", "--disable-gpu", rules]
        yield playwright.chromium.launch(executable_path=str(path), args=arguments)


def ready(browser, address: str) -> tuple[object, float]:
    """A fresh page, and the milliseconds until its first figure could be moved."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address, wait_until="commit")
    return page, page.evaluate(READY)


def measure(figures: list[dict], name: str, address: str, browser) -> dict[str, list[float]]:
    """Milliseconds and steps a second of every figure of a page, one number for each repeat."""
    results: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        for executor in ("interpreter", "onnx"):
            page, first = ready(browser, f"{address}?executor={executor}")
            results.setdefault(f"{name}: first figure ready, ms ({executor})", []).append(first)
            for number, spec in enumerate(figures):
                place = page.locator(".genedu-explore").nth(number)
                place.scroll_into_view_if_needed()
                with contextlib.suppress(Exception):
                    place.and_(page.locator("[data-executor]")).wait_for(timeout=20_000)
                title = spec["title"]
                if place.get_attribute("data-executor") is None:
                    print(f"{title}: does not run with {executor}")
                    continue
                times = page.evaluate(MOVE, [number, MOVES])
                if times:
                    key = f"{title}: control to redraw, ms ({executor})"
                    results.setdefault(key, []).append(statistics.median(times))
                if spec["state"]:
                    key = f"{title}: steps a second ({executor})"
                    results.setdefault(key, []).append(page.evaluate(STEPS, [number, 2]))
            page.context.close()
    return results


def verdict(figure: str, values: list[float]) -> bool:
    """Print the row of a figure; ONNX Runtime is the second choice of all of them."""
    middle, note = statistics.median(values), spread(values)
    if "interpreter" not in figure:
        return row(figure, middle, "-", True, note)
    if "redraw" in figure:
        return row(figure, middle, "<= 16", middle <= 16, note)
    if "ready" in figure:
        return row(figure, middle, "<= 2000", middle <= 2000, note)
    least = 200 if figure.startswith("A GAN") else 30
    return row(figure, middle, f">= {least}", middle >= least, note)


def on_page(site: Path, page: Path, browser) -> bool:
    """Weigh a page with its graphs and measure its figures; print and return the verdict."""
    figures, name = specs(page), page.stem[:24]
    home = site / "_static" / "genedu"
    graphs = {home / "graphs" / f"{spec['graph']}.onnx" for spec in figures}
    rest = sum(graph.stat().st_size for graph in graphs)
    text = page.read_bytes()  # a static host sends text compressed, and graphs as they are
    sent, whole = ((len(page) + rest) / 1e6 for page in (gzip.compress(text), text))
    note = f"not compressed {whole:.2f}"
    reached = row(f"{name}: page, posters, graphs as sent, MB", sent, "<= 2", sent <= 2, note)
    with served(site) as address:
        results = measure(figures, name, f"{address}{page.relative_to(site)}", browser)
    return all([reached, *(verdict(figure, values) for figure, values in results.items())])


def gallery_page(folder: Path) -> Path:
    """A site with the figures of the gallery, built by Sphinx into a folder."""
    source = folder / "source"
    source.mkdir()
    frontend = str(ROOT / "frontend" / "node_modules")
    (source / "conf.py").write_text(CONF.format(frontend=frontend))
    figures = [book_output(make()) for make in gallery.GALLERY]
    (source / "page.ipynb").write_text(notebook(*figures))
    build(folder)
    return folder / "site"


def main(book: Path) -> bool:
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        sites = [book, gallery_page(Path(name))]
        pages = [(site, page) for site in sites for page in sorted(site.rglob("*.html"))]
        home = book / "_static" / "genedu"
        script = sum((home / part).stat().st_size for part in ("explore.js", "explore.css")) / 1e3
        reached = [row("script and style sheet, kB", script, "<= 100", script <= 100)]
        reached += [on_page(site, page, browser) for site, page in pages if specs(page)]
    return all(reached)


if __name__ == "__main__":
    raise SystemExit(0 if main(Path(sys.argv[1]) if sys.argv[1:] else SITE) else 1)
