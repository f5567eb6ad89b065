"""Any torch function as a live figure that works on a static page.

>>> import torch
>>> from genedu.explore import Lines, Slider, explore
>>> def wave(frequency):
...     x = torch.linspace(0, 6, 200)
...     return {"x": x, "y": torch.sin(frequency * x)}
>>> figure = explore(wave, controls={"frequency": Slider(1, 5, 2)}, view=Lines("x", "y"))
>>> figure.spec["executors"][0]
'interpreter'

In a notebook ``figure`` shows itself. Importing this module is light; torch and the exporter are
loaded by the first figure.
"""

import os
from typing import TYPE_CHECKING, Any

from .choices import Button, Choice, Toggle
from .controls import Pad, Slider
from .noise import Normal, Uniform
from .pictures import Canvas, Picker
from .views import Bars, Field, Heat, Images, Lines, Paths, Scatter, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .controls import Control
    from .figure import Explorable
    from .noise import Noise
    from .view import View

__all__ = [
    "Bars",
    "Button",
    "Canvas",
    "Choice",
    "Field",
    "Heat",
    "Images",
    "Lines",
    "Normal",
    "Pad",
    "Paths",
    "Picker",
    "Scatter",
    "Slider",
    "Text",
    "Toggle",
    "Uniform",
    "explore",
]


def explore(
    fn: "Callable",
    *,
    controls: "Mapping[str, Control] | None" = None,
    view: "View | Sequence[View]",
    state: "Mapping[str, Any] | None" = None,
    noise: "Mapping[str, Noise] | None" = None,
    title: str = "",
    caption: str = "",
    seed: int = 0,
    steps_per_frame: int = 1,
) -> "Explorable":
    """Return ``fn`` as a live figure.

    ``fn`` takes the values of the controls, of the ``state`` and of the ``noise`` by name, all of
    them tensors, and returns a dictionary of tensors, which the views show. With ``state`` it is
    a step: it returns the next state under the state's own names, and beside it what is to be
    seen of the state that it was given. The figure then has play, pause, step and reset.

    The figure runs a graph of ``fn``'s operations, which is compared with ``fn`` at the first
    values, at the controls' extremes and at random points. Raises InputError where the two
    disagree, where ``fn`` cannot be such a graph, and where names or shapes do not fit.

    >>> import torch
    >>> def walk(x, kick, size):
    ...     return {"x": x + size * kick}
    >>> figure = explore(
    ...     walk,
    ...     controls={"size": Slider(0.01, 1, 0.1, scale="log")},
    ...     state={"x": torch.zeros(50, 2)},
    ...     noise={"kick": Normal((50, 2))},
    ...     view=Scatter("x", xlim=(-3, 3), ylim=(-3, 3)),
    ... )
    >>> figure
    Explorable('walk')
    """
    from .figure import build

    figure = build(
        fn,
        controls=controls or {},
        views=view,
        state=state or {},
        noise=noise or {},
        title=title,
        caption=caption,
        seed=seed,
        steps_per_frame=steps_per_frame,
    )
    if folder := os.environ.get("GENEDU_EXPLORE_RECORDS"):  # the tests of the book's pages
        from . import records

        records.write(figure, folder)
    return figure
