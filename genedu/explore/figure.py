"""An explorable: the graph, its spec and its picture, and how it shows itself."""

import base64
import functools
import hashlib
import inspect
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor

from ..errors import InputError, require_choice, require_int
from .choices import Button
from .comparison import compare, failures_at, sample_inputs
from .controls import Control
from .graph import Graph, export, halve
from .noise import Noise, words
from .options import text
from .poster import draw
from .slot import MIME
from .tracing import call
from .view import View
from .views import Text

__all__ = ["Explorable", "build"]

TYPES = {torch.float32: "float32", torch.int64: "int64", torch.bool: "bool"}


class Explorable:
    """A live figure, made by `genedu.explore.explore`; at the end of a cell it shows itself.

    ``spec`` is what the page knows (frontend/README.md), ``graph`` the operations with their
    ``data`` in bytes, ``values`` what the views show at first, ``poster`` its pictures as SVG;
    ``samples(seed=0)`` yields the inputs at which graph and ``fn`` were compared.
    """

    def __init__(
        self,
        fn: Callable,
        spec: dict,
        graph: Graph,
        values: dict[str, Tensor],
        samples: Callable[..., Iterator[dict[str, Tensor]]],
    ):
        self.fn, self.spec, self.graph, self.values = fn, spec, graph, values
        self.samples = samples
        self._widget = None

    def __repr__(self) -> str:
        return f"Explorable({self.spec['title']!r})"

    @property
    def poster(self) -> str:
        """The pictures at the first values: inline SVG in the page's ink, and the sentences."""
        return draw(self.spec, self.values)

    def evaluate(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return what ``fn`` itself gives for these inputs, in the page's types."""
        return call(self.fn, inputs)

    def widget(self):
        """Return the figure as an anywidget, made once."""
        if self._widget is None:
            from .widget import make

            self._widget = make(self)
        return self._widget

    def _repr_mimebundle_(self, include=None, exclude=None):
        """For the site the graph itself, beside its picture; elsewhere a widget."""
        if os.environ.get("GENEDU_BOOK"):
            data = base64.b64encode(zlib.compress(self.graph.data, 9)).decode()
            # as text: a notebook sorts the keys of a dictionary, and noise is drawn in their order
            content = {"spec": json.dumps(self.spec), "poster": self.poster, "graph": data}
            return {MIME: content, "text/plain": repr(self)}, {}
        data, metadata = self.widget()._repr_mimebundle_()
        return {**data, "text/plain": repr(self)}, metadata


def build(
    fn: Callable,
    *,
    controls: Mapping[str, Control],
    views: View | Sequence[View],
    state: Mapping[str, Tensor],
    noise: Mapping[str, Noise],
    title: str,
    caption: str,
    seed: int,
    steps_per_frame: int,
) -> Explorable:
    """Check everything, export ``fn``, compare, and return the figure; see `explore`."""
    if not callable(fn):
        raise InputError(f"`fn` is {fn!r}, but a function of tensors is accepted.")
    views = tuple(views) if isinstance(views, list | tuple) else (views,)
    text("title", title)
    text("caption", caption)
    _check_parts(controls, views, state, noise)
    _check_arguments(fn, controls, state, noise)
    require_int("seed", seed, minimum=0, maximum=2**32 - 1)
    require_int("steps_per_frame", steps_per_frame, maximum=1000)
    state = {name: value.detach().cpu().clone() for name, value in state.items()}
    stream = words(seed)
    values = {name: control.example() for name, control in controls.items()}
    inputs = {name: value for name, value in values.items() if value is not None} | state
    inputs |= {name: kind.draw(stream) for name, kind in noise.items()}

    graph = export(fn, inputs)  # refuses what a page cannot repeat, before anything is looked at
    with failures_at("its first values"):
        outputs = call(fn, inputs)
    _check_state(state, outputs)
    shown = outputs | state
    shapes = {name: tuple(value.shape) for name, value in shown.items()}
    for view in views:
        view.check(shapes)
        if isinstance(view, Text):
            view.words({name: shown[name].item() for _, name, _ in view.needs()})
    compare(fn, graph, controls, state, noise)
    if small := halve(graph):
        try:
            compare(fn, small, controls, state, noise)
            graph = small
        except InputError:  # float16 is not enough for this figure: the weights stay float32
            pass

    spec = {
        "version": 1,
        "title": title or _name(fn),
        "caption": caption,
        "graph": hashlib.sha256(graph.data).hexdigest()[:16],
        "executors": [*graph.executors],
        "weights": graph.weights,
        "inputs": [*graph.inputs],
        "outputs": {name: _type(value) for name, value in outputs.items()},
        "controls": {name: control.spec(name) for name, control in controls.items()},
        "state": {name: _type(value) | {"data": encode(value)} for name, value in state.items()},
        "noise": {name: kind.spec() for name, kind in noise.items()},
        "seed": seed,
        "steps_per_frame": steps_per_frame,
        "views": [view.spec() for view in views],
    }
    samples = functools.partial(sample_inputs, fn, controls, state, noise)
    return Explorable(fn, spec, graph, shown, samples)


def encode(value: Tensor) -> str:
    """Return the numbers of a tensor as base64, little-endian.

    >>> encode(torch.tensor([1.0]))
    'AACAPw=='
    """
    return base64.b64encode(value.contiguous().numpy().tobytes()).decode()


def _type(value: Tensor) -> dict:
    return {"shape": [*value.shape], "dtype": TYPES[value.dtype]}


def _name(fn: Callable) -> str:
    name = getattr(fn, "__name__", type(fn).__name__)
    return "Live figure" if name == "<lambda>" else name.replace("_", " ")


def _check_parts(controls: Mapping, views: tuple, state: Mapping, noise: Mapping) -> None:
    """Is everything of the kind that it should be?"""
    if not views:
        raise InputError("`view` is empty, but one view or a list of views is accepted.")
    for view in views:
        if not isinstance(view, View):
            raise InputError(
                f"`view` has {view!r}, but views such as Lines('x', 'y') are accepted."
            )
    kinds = {"controls": Control, "state": Tensor, "noise": Noise}
    examples = {
        "controls": "Slider(-3, 3, 0)",
        "state": "torch.zeros(50, 2)",
        "noise": "Normal((50, 2))",
    }
    for argument, given in (("controls", controls), ("state", state), ("noise", noise)):
        if not isinstance(given, Mapping):
            raise InputError(
                f"`{argument}` is {given!r}, but a dictionary such as "
                f"{{'a': {examples[argument]}}} is accepted."
            )
        for name, value in given.items():
            if not isinstance(value, kinds[argument]):
                raise InputError(
                    f"`{argument}` has {value!r} under {name!r}, but {name}="
                    f"{examples[argument]} or the like is accepted."
                )
    for name, value in state.items():
        if value.dtype not in TYPES:
            raise InputError(
                f"`state` has {value.dtype} under {name!r}, but float32, int64 and bool are "
                "accepted; use .float() or .long()."
            )
    for name, control in controls.items():
        if isinstance(control, Button):
            needed, what = (noise, "noise") if control.does == "noise" else (state, "state")
            if not needed:
                raise InputError(
                    f"`controls` has a button {name!r} for {control.does}, but there is no "
                    f"`{what}`; leave the button out, or give {what}={{…}}."
                )


def _check_arguments(fn: Callable, controls: Mapping, state: Mapping, noise: Mapping) -> None:
    """Does every argument of ``fn`` get exactly one value?"""
    controls = [name for name, one in controls.items() if not isinstance(one, Button)]
    given = [*controls, *state, *noise]
    for name in given:
        if given.count(name) > 1:
            raise InputError(
                f"{name!r} stands {given.count(name)} times in `controls`, `state` and `noise`, "
                "but each argument of `fn` gets one value; rename one of them."
            )
    called = fn.forward if isinstance(fn, torch.nn.Module) else fn
    try:
        parameters = inspect.signature(called).parameters.values()
    except ValueError:
        raise InputError(
            f"`fn` is {fn!r}, whose arguments have no names, but a function of tensors by name is "
            "accepted; write def fn(a): … around it."
        ) from None
    names = [
        one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    ]
    if not any(one.kind is one.VAR_KEYWORD for one in parameters):
        for argument, keys in (("controls", controls), ("state", state), ("noise", noise)):
            for name in keys:
                if not names:
                    raise InputError(
                        f"`{argument}` has {name!r}, but `fn` takes no arguments by name; write "
                        f"def fn({name}): …"
                    )
                require_choice(f"name in {argument}", name, names)
    missing = [
        one.name
        for one in parameters
        if one.name in names and one.default is one.empty and one.name not in given
    ]
    if missing:
        raise InputError(
            f"`fn` takes {missing[0]!r}, which nothing gives; add it to `controls` "
            f"({missing[0]}=Slider(…)), `state` or `noise`, or give it a default."
        )


def _check_state(state: Mapping[str, Tensor], outputs: Mapping[str, Tensor]) -> None:
    """Does ``fn`` return the next value of every state, in the same shape and type?"""
    for name, value in state.items():
        if name not in outputs:
            raise InputError(
                f"`fn` returns {', '.join(outputs)}, but the next value of the state {name!r} too "
                f"is needed; write return {{…, {name!r}: …}}."
            )
        after = outputs[name]
        if (after.shape, after.dtype) != (value.shape, value.dtype):
            raise InputError(
                f"`state` {name!r} goes into `fn` as {tuple(value.shape)} {value.dtype} and comes "
                f"out as {tuple(after.shape)} {after.dtype}, but a state keeps shape and type; "
                "use .to(…), .reshape(…) or a mean over the right axis."
            )
