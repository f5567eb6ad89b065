"""Live figures in the page: slider to redraw, first figure ready, weight, GAN steps a second.

The chapters' figures (`tests/explore/gallery.py`) in Chromium, on a page built by Sphinx, with
every other host out of reach. `python benchmarks/explorables.py`
"""

import contextlib
import functools
import http.server
import statistics
import sys
import tempfile
import threading
from pathlib import Path

from report import row, spread

TESTS = Path(__file__).resolve().parents[1] / "tests" / "explore"
sys.path.insert(0, str(TESTS))

import gallery  # noqa: E402
from test_site import CONF, ROOT, Quiet, book_output, build, notebook  # noqa: E402

REPEATS = 3
MOVES = 40
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Moves the first control that is not a button and waits until the figure is drawn again.
MOVE = """async ([number, moves]) => {
  const slot = document.querySelectorAll(".genedu-explore")[number];
  const { explorable } = slot;
  const found = Object.entries(explorable.spec.controls).find(([, c]) => c.kind !== "button");
  if (!found) return [];
  const [name, control] = found;
  const at = (share) => ({
    slider: () => [control.min + share * (control.max - control.min)],
    pad: () => [control.x, control.y].map(([low, high]) => low + share * (high - low)),
    choice: () => [Math.floor(share * control.options.length)],
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
  const look = () => document.querySelector(".genedu-explore[data-executor]")
    ? done(performance.now()) : setTimeout(look, 1);
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


def measure(figures: dict, address: str, browser) -> dict[str, list[float]]:
    """Milliseconds and steps a second of every figure, one number for each repeat."""
    results: dict[str, list[float]] = {}
    for _ in range(REPEATS):
        for executor in ("interpreter", "onnx"):
            page, first = ready(browser, f"{address}?executor={executor}")
            results.setdefault(f"first figure ready, ms ({executor})", []).append(first)
            for number, (name, figure) in enumerate(figures.items()):
                place = page.locator(".genedu-explore").nth(number)
                place.scroll_into_view_if_needed()
                with contextlib.suppress(Exception):
                    place.and_(page.locator("[data-executor]")).wait_for(timeout=20_000)
                if place.get_attribute("data-executor") is None:
                    print(f"{name}: does not run with {executor}")
                    continue
                times = page.evaluate(MOVE, [number, MOVES])
                if times:
                    median = statistics.median(times)
                    key = f"{name}, slider to redraw, ms ({executor})"
                    results.setdefault(key, []).append(median)
                if figure.spec["state"]:
                    key = f"{name}, steps a second ({executor})"
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
    if "chapter_9" in figure:
        return row(figure, middle, ">= 200", middle >= 200, note)
    return row(figure, middle, ">= 30", middle >= 30, note)


def main() -> bool:
    figures = {make.__name__: make() for make in gallery.GALLERY}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        source.mkdir()
        frontend = str(ROOT / "frontend" / "node_modules")
        (source / "conf.py").write_text(CONF.format(frontend=frontend))
        (source / "page.ipynb").write_text(notebook(*map(book_output, figures.values())))
        build(folder)
        home = folder / "site" / "_static" / "genedu"
        graphs = sum(path.stat().st_size for path in (home / "graphs").iterdir())
        page = len((folder / "site" / "page.html").read_bytes())
        script = sum((home / name).stat().st_size for name in ("explore.js", "explore.css"))
        reached = [
            row("six figures with page, spec and posters, MB", page / 1e6, "<= 2", page <= 2e6),
            row("their graphs, MB", graphs / 1e6, "<= 1", graphs <= 1e6),
            row("script and style sheet, kB", script / 1e3, "<= 100", script <= 1e5),
        ]
        with served(folder / "site") as address, chromium() as browser:
            results = measure(figures, f"{address}page.html", browser)
    return all([*reached, *(verdict(figure, values) for figure, values in results.items())])


if __name__ == "__main__":
    raise SystemExit(0 if main() else 1)
