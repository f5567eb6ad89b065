"""Live figures as a reader of the built site gets them.

The fixture for truth tests (conftest.py), to be used as

    def test_the_top_is_where_the_formula_says(figure_on_page):
        figure = figure_on_page("appendix/make-your-own-explorable", "Which Gaussian?")
        outputs = figure.evaluate(mean=0.5, width=1.5**0.5)

`figure_on_page(page, title) -> LiveFigure`: ``page`` is the page's path below ``chapters``,
without ``.html``; ``title`` is the figure's. The figure stands at its first values. It has

    .spec                    what the page knows of it (frontend/README.md)
    .first                   {name: Tensor}, the page's own first inputs: controls, state, noise
    .evaluate(**inputs)      {name: Tensor}, the outputs of one evaluation in the page; what is not
                             given keeps its *first* value; tensors or numbers; moves nothing
    .set(control, value)     move a control, as a reader does
    .step(n=1)               take n steps; returns what is shown then
    .shown()                 {name: Tensor}, what the views show now, and `step`
    .reset()                 back to the first values, where each test begins anyway
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from genedu.errors import require_choice

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
SLOT = re.compile(
    r'<div class="genedu-explore" data-graph="\w+"><script type="application/json">(.*?)</script>'
)
KINDS = {"float32": torch.float32, "int64": torch.int64, "bool": torch.bool}
# Arrays travel as text: number by number, Playwright would take seconds for them.
PAGE = """
globalThis.live = (() => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const text = (array) => {
    let all = "";
    for (let i = 0; i < array.length; i += 8192)
      all += String.fromCharCode(...array.subarray(i, i + 8192));
    return btoa(all);
  };
  const each = (values, change) =>
    Object.fromEntries(Object.entries(values).map(([name, one]) => [name, change(one)]));
  const numbers = (packed) => new Float64Array(bytes(packed.data).buffer);
  const unpack = (packed) => ({ ...packed, data: numbers(packed) });
  const pack = (plain) => ({
    ...plain,
    data: text(new Uint8Array(Float64Array.from(plain.data).buffer)),
  });
  const slot = (number) => document.querySelectorAll(".genedu-explore")[number];
  const figure = (number) => slot(number).explorable;
  return {
    inputs: (number) => each(figure(number).inputs(), pack),
    shown: (number) => each(figure(number).current(), pack),
    evaluate: async (number, points) => {
      const results = [];
      for (const inputs of points)
        results.push(each(await figure(number).evaluate(each(inputs, unpack)), pack));
      return results;
    },
    set: (number, control, value) => figure(number).set(control, [...numbers(value)]),
    step: (number, count) => figure(number).step(count),
    reset: (number) => figure(number).reset(),
    failure: (number) =>
      slot(number).querySelector(".genedu-explore-failure:not([hidden])")?.textContent ?? "",
  };
})();
"""


def specs(page: Path) -> list[dict]:
    """The specs of the live figures on a built page, in their order, as the page holds them."""
    return [json.loads(text) for text in SLOT.findall(page.read_text(encoding="utf8"))]


def wake(page, number: int) -> str:
    """Bring a figure alive; return its executor, or fail with what the page says."""
    place = page.locator(".genedu-explore").nth(number)
    place.evaluate(
        "e => { for (let p = e; (p = p.parentElement?.closest('details')); ) p.open = true; }"
    )
    place.scroll_into_view_if_needed()
    place.and_(page.locator("[data-executor], [data-state=failed]")).wait_for()
    executor = place.get_attribute("data-executor")
    assert executor, place.locator(".genedu-explore-failure").inner_text()
    return executor


class LiveFigure:
    """A figure that is alive on a page."""

    def __init__(self, page, number: int, spec: dict):
        self.page, self.number, self.spec = page, number, spec
        self.executor = wake(page, number)
        if not page.evaluate("'live' in globalThis"):
            page.evaluate(PAGE)
        self.first = _unpacked(self._ask("inputs"))

    def reset(self) -> None:
        """Back to the first values: controls, state and seed."""
        self._ask("reset")

    def evaluate(self, **inputs: Tensor | float) -> dict[str, Tensor]:
        """Outputs at the first inputs, but for those that are given."""
        return self.evaluate_all([{**self.first, **self._as_inputs(inputs)}])[0]

    def evaluate_all(self, points: Sequence[Mapping[str, Tensor]]) -> list[dict[str, Tensor]]:
        """Outputs at each of several complete inputs."""
        return [
            _unpacked(outputs)
            for outputs in self._ask("evaluate", [_packed(inputs) for inputs in points])
        ]

    def set(self, control: str, value: Tensor | float) -> None:
        """Move a control: a number, two for a pad, an option's index."""
        require_choice("control", control, self.spec["controls"])
        self._ask("set", control, _pack(torch.as_tensor(value)))
        self._check()

    def step(self, count: int = 1) -> dict[str, Tensor]:
        """Take steps, and return what is shown then."""
        self._ask("step", count)
        self._check()
        return self.shown()

    def shown(self) -> dict[str, Tensor]:
        """Outputs at the current state, states as they are, and the number of steps."""
        return _unpacked(self._ask("shown"))

    def _ask(self, what: str, *given):
        code = f"([number, given]) => live.{what}(number, ...given)"
        return self.page.evaluate(code, [self.number, list(given)])

    def _check(self) -> None:
        """The page catches what goes wrong and says it; a test has to hear of it."""
        said = self._ask("failure")
        assert not said, said

    def _as_inputs(self, given: Mapping[str, Tensor | float]) -> dict[str, Tensor]:
        inputs = {}
        for name, value in given.items():
            first = self.first[require_choice("input", name, self.first)]
            inputs[name] = torch.as_tensor(value, dtype=first.dtype)
            shapes = tuple(inputs[name].shape), tuple(first.shape)
            assert shapes[0] == shapes[1], f"`{name}` has shape {shapes[0]}, not {shapes[1]}"
        return inputs


def _pack(value: Tensor) -> dict:
    """A tensor as text; float64 holds the numbers of all three types as they are."""
    kind = str(value.dtype).removeprefix("torch.")
    data = base64.b64encode(value.double().numpy().tobytes()).decode()
    return {"type": kind, "shape": [*value.shape], "data": data}


def _packed(tensors: Mapping[str, Tensor]) -> dict:
    return {name: _pack(value) for name, value in tensors.items()}


def _unpacked(values: Mapping[str, dict]) -> dict[str, Tensor]:
    return {
        name: torch.from_numpy(np.frombuffer(base64.b64decode(one["data"])).copy())
        .to(KINDS[one["type"]])
        .reshape(one["shape"])
        for name, one in values.items()
    }
