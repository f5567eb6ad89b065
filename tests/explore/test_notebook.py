"""The page's half of the widget, with a model like anywidget's."""

import base64
import json
import zlib

from onnx import helper
from page_bundle import BUNDLE
from pages import model, spec

# What anywidget gives to `render`: traits, messages, and other models by their id.
MODEL = """
window.modelOf = (traits, assets, kernel) => {
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const listeners = new Set(), sent = [];
  return {
    sent,
    get: (name) => traits[name],
    on: (event, listener) => listeners.add(listener),
    off: (event, listener) => listeners.delete(listener),
    send: (content, callbacks, buffers) => {
      sent.push(content);
      Promise.resolve(kernel?.(content, buffers)).then(
        (reply) => reply && setTimeout(() => listeners.forEach((each) => each(...reply)), 5),
      );
    },
    widget_manager: { get_model: async (id) => ({ get: () => bytes(assets[id]) }) },
  };
};
"""
KERNEL = """(content, buffers) => {
  if (content.kind === "hello") return [{ kind: "hello" }, []];
  const failure = { kind: "failure", id: content.id, message: "fn raised ValueError" };
  if (window.broken) return [failure, []];
  const [x] = new Float32Array(buffers[0]);
  const outputs = [{ name: "y", dtype: "float32", shape: [] }];
  const data = new DataView(Float32Array.of(3 * x).buffer);
  return [{ kind: "result", id: content.id, outputs }, [data]];
}"""


def figure(executors):
    """y = 2 a, with a slider."""
    graph = model(
        [helper.make_node("Add", ["@a", "@a"], ["=y"])],
        {"a": ("float32", [])},
        outputs := {"y": ("float32", [])},
    )
    control = {"kind": "slider", "min": 0, "max": 4, "step": 1, "value": 1, "label": "a"}
    control |= {"dtype": "float32", "shape": []}
    views = [{"kind": "text", "template": "y = {y:.1f}"}]
    return spec(graph, outputs, views, controls={"a": control}, executors=executors), graph


def mount(page, executors, kernel="undefined", figures=1, wait=True):
    """Render figures through the stub, as a notebook does."""
    made, graph = figure(executors)
    files = {"IPY_graph": graph, "IPY_front": BUNDLE.read_bytes()}
    assets = {k: base64.b64encode(zlib.compress(data)).decode() for k, data in files.items()}
    traits = {
        "spec": json.dumps(made),
        "graph": "IPY_graph",
        "frontend": "IPY_front",
        "runtime": "",
    }
    stub = base64.b64encode((BUNDLE.parent / "stub.js").read_bytes()).decode()
    page.evaluate(MODEL)
    page.evaluate(
        f"""async ([traits, assets, count, wait]) => {{
          const stub = await import("data:text/javascript;base64,{stub}");
          window.models = [], window.ends = [];
          for (let i = 0; i < count; i++) {{
            const el = document.querySelector("main").appendChild(document.createElement("div"));
            const model = window.modelOf(traits, assets, {kernel});
            window.models.push(model);
            window.ends.push(stub.default.render({{ model, el }}));
            if (wait) await window.ends[i];
          }}
        }}""",
        [traits, assets, figures, wait],
    )
    return page


def test_a_notebook_needs_no_kernel(show):
    page = mount(show(), ["interpreter", "onnx", "kernel"], figures=2)
    places = page.locator(".genedu-explore")
    assert places.count() == 2
    assert places.nth(1).get_attribute("data-executor") == "interpreter"
    assert page.locator(".genedu-explore-text").all_inner_texts() == ["y = 2.0"] * 2
    assert places.first.locator(".genedu-explore-title").inner_text() == "A figure"
    assert places.first.locator(".genedu-explore-caption").inner_text() == "What it shows."
    assert page.evaluate("models[0].sent.length") == 0
    assert not page.get_by_text("Python computes").count()
    page.get_by_label("a", exact=True).first.press("End")
    page.wait_for_timeout(50)
    assert page.locator(".genedu-explore-text").all_inner_texts() == ["y = 8.0", "y = 2.0"]
    assert page.locator("style[data-genedu-explore]").count() == 1
    page.evaluate("ends.forEach((end) => end.then((stop) => stop()))")


def test_jupyterlab_leaves_the_arrow_keys_to_a_slider(show):
    """Its shortcuts catch keys on their way down, unless the target itself has this attribute."""
    page = mount(show(), ["interpreter"])
    page.evaluate(
        """() => document.addEventListener("keydown", (event) => {
             if (!event.target.hasAttribute("data-lm-suppress-shortcuts")) event.preventDefault();
           }, true)"""
    )
    page.get_by_label("a", exact=True).press("ArrowRight")
    page.get_by_text("y = 4.0", exact=True).wait_for(timeout=2000)


def test_vs_code_gets_its_shortcuts_but_no_plain_key(show):
    """Whatever reaches the window is a command of its notebook: Enter would edit the cell."""
    page = mount(show(), ["interpreter"])
    page.evaluate("() => void (onkeydown = ({ key }) => void (window.heard ??= []).push(key))")
    thumb = page.get_by_label("a", exact=True)
    for key in ("ArrowRight", "Home", "Enter", "a", "Control+s", "Escape", "F1"):
        thumb.press(key)
    assert page.evaluate("heard") == ["Control", "s", "Escape", "F1"]
    assert page.locator(".genedu-explore-text").inner_text() == "y = 0.0"


def test_the_kernel_runs_what_the_page_cannot(show):
    page = mount(show(), ["onnx", "kernel"], KERNEL)
    assert page.locator(".genedu-explore").get_attribute("data-executor") == "kernel"
    page.get_by_text("Python computes this figure: it moves while").wait_for()
    text, thumb = page.locator(".genedu-explore-text"), page.get_by_label("a", exact=True)
    assert text.inner_text() == "y = 3.0"
    thumb.press("End")
    page.get_by_text("y = 12.0", exact=True).wait_for()
    sent = page.evaluate("models[0].sent")
    assert sent[0] == {"kind": "hello"}
    assert sent[-1]["inputs"] == [{"name": "a", "dtype": "float32", "shape": []}]
    page.evaluate("window.broken = true")
    thumb.press("Home")
    page.get_by_role("alert").get_by_text("This figure stopped: fn raised ValueError").wait_for()
    page.evaluate("window.broken = false")
    thumb.press("ArrowRight")
    page.get_by_text("y = 3.0", exact=True).wait_for()
    assert not page.get_by_role("alert").is_visible()


def test_a_figure_waits_until_the_kernel_is_free(show):
    """After “Run All” the kernel answers when the cells below the figure are done."""
    page = show()
    page.evaluate("() => void (window.free = new Promise((done) => (window.finish = done)))")
    mount(
        page, ["onnx", "kernel"], f"(...said) => free.then(() => ({KERNEL})(...said))", wait=False
    )
    page.get_by_text("it appears when this notebook's kernel is free").wait_for()
    page.evaluate("finish()")
    page.get_by_text("y = 3.0", exact=True).wait_for()
    assert not page.get_by_text("it appears when").count()


def test_a_figure_that_nothing_can_run_says_so(show):
    page = mount(show(), ["onnx"])
    assert page.locator(".genedu-explore").get_attribute("data-state") == "failed"
    said = page.locator(".genedu-explore-failure").inner_text()
    assert said == "This figure cannot be shown here. onnx: ONNX Runtime's files are not here."


def test_the_ink_is_that_of_widgets(show):
    """VS Code's dark themes have light text, and widgets on white in black ink."""
    page = show()
    page.add_style_tag(content=":root { --jp-ui-font-color1: rgb(0, 0, 0) } body { color: #ddd }")
    mount(page, ["interpreter"])
    live = page.locator(".genedu-explore-live")
    assert live.evaluate("(live) => getComputedStyle(live).color") == "rgb(0, 0, 0)"
    assert live.evaluate("(live) => live.style.colorScheme") == "light"
