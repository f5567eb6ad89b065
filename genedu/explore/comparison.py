"""Is the graph the function? Both are run at many inputs, and disagreement is refused."""

import contextlib
from collections.abc import Callable, Iterator, Mapping

import onnxruntime
import torch
from torch import Tensor

from ..errors import InputError
from .controls import Control
from .graph import Graph
from .noise import Noise
from .tracing import call

__all__ = ["TOLERANCE", "compare", "difference", "failures_at", "run", "sample_inputs", "session"]

TOLERANCE = {"float32": 1e-4, "float16": 1e-3}
"""The largest difference, relative to the largest number of an output, by type of weights."""
WRONG = ["MatmulTransposeFusion"]
"""ONNX Runtime 1.31: it drops a transpose before a vector; `executors.ts` leaves it out too."""
EXACT = 2**53
"""A page holds whole numbers in doubles."""
RANDOM_POINTS = 3
STEPS = 3

Inputs = dict[str, Tensor]


def sample_inputs(
    fn: Callable,
    controls: Mapping[str, Control],
    state: Mapping[str, Tensor],
    noise: Mapping[str, Noise],
    seed: int = 0,
) -> Iterator[Inputs]:
    """Yield the first inputs, each control's extremes, and random points at later states.

    The tensors are the caller's own.
    """
    generator = torch.Generator().manual_seed(seed)
    first = {name: control.example() for name, control in controls.items()}
    first = {name: value for name, value in first.items() if value is not None}

    def with_noise(values: Inputs, current: Mapping[str, Tensor]) -> Inputs:
        drawn = {name: kind.random(generator) for name, kind in noise.items()}
        # copies: who is given them may change them, and the figure keeps its own
        return {name: value.clone() for name, value in {**values, **current, **drawn}.items()}

    yield with_noise(first, state)
    for name in first:
        for value in controls[name].extremes():
            yield with_noise({**first, name: value}, state)
    current = dict(state)
    for _ in range(RANDOM_POINTS):
        values = {name: controls[name].random(generator) for name in first}
        for _ in range(STEPS if state else 0):
            outputs = call(fn, with_noise(first, current))
            current = {name: outputs[name] for name in state}
        yield with_noise(values, current)


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """Return ONNX Runtime with a graph, on the CPU, without the optimisations that are wrong."""
    return onnxruntime.InferenceSession(
        graph, providers=["CPUExecutionProvider"], disabled_optimizers=WRONG
    )


def run(runtime: onnxruntime.InferenceSession, inputs: Mapping[str, Tensor]) -> Inputs:
    """Return the outputs of a graph by name, from ONNX Runtime on the CPU."""
    feeds = {value.name: inputs[value.name[1:]].numpy() for value in runtime.get_inputs()}
    names = [value.name for value in runtime.get_outputs()]
    results = runtime.run(names, feeds)
    return {
        name[1:]: torch.from_numpy(value.copy()) if value.shape else torch.tensor(value.item())
        for name, value in zip(names, results, strict=True)
    }


def difference(got: Tensor, want: Tensor) -> float:
    """Return the largest difference, relative to the largest finite number of ``want``.

    Up to a millionth counts as rounding; NaN and infinity must stand in the same places.

    >>> difference(torch.tensor([1.0, 3.0]), torch.tensor([1.0, 4.0]))
    0.25
    >>> difference(torch.tensor([torch.nan]), torch.tensor([1.0]))
    inf
    """
    got, want = got.double(), want.double()
    if got.shape != want.shape:
        return float("inf")
    finite = want.isfinite()
    same = torch.equal(got.isfinite(), finite) and torch.equal(
        got[~finite].nan_to_num(), want[~finite].nan_to_num()
    )
    if not same:
        return float("inf")
    if not finite.any():
        return 0.0
    largest = (got - want)[finite].abs().max().item()
    return largest / want[finite].abs().max().item() if largest > 1e-6 else 0.0


def compare(
    fn: Callable,
    graph: Graph,
    controls: Mapping[str, Control],
    state: Mapping[str, Tensor],
    noise: Mapping[str, Noise],
) -> float:
    """Return the largest difference of graph and ``fn``, or raise InputError if it is too large.

    Where there is noise, a random number next to a threshold may fall on the other side: such a
    point is tried once more with other noise.
    """
    try:
        runtime = session(graph.data)
    except Exception as error:
        raise InputError(
            f"The graph of `fn` cannot be run ({_first_line(error)}), but float32 can be "
            "everywhere; use .float()."
        ) from error
    generator = torch.Generator().manual_seed(1)
    worst = 0.0
    for inputs in sample_inputs(fn, controls, state, noise):
        place = ", ".join(
            f"{key} = {value.tolist()}"
            for key, value in inputs.items()
            if key in controls and value.numel() <= 4
        )
        place = place or "the first inputs"
        error, name = _at(fn, runtime, inputs, place)
        if error > TOLERANCE[graph.weights] and noise:
            inputs |= {key: kind.random(generator) for key, kind in noise.items()}
            error, name = _at(fn, runtime, inputs, place)
        if error > TOLERANCE[graph.weights]:
            raise InputError(
                f"The graph of `fn` gives another {name!r} than `fn` itself (off by {error:.1e} "
                f"at {place}), but a page can only run the graph. Does `fn` leave torch (NumPy, "
                "float(), random, which is `noise` here), or depend on what earlier calls did? "
                "Keep to tensors, and make what changes a `state`."
            )
        worst = max(worst, error)
    return worst


@contextlib.contextmanager
def failures_at(place: str) -> Iterator[None]:
    """Say of any error that ``fn`` has it: an index beyond its table, a whole number by 0, …"""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"`fn` fails at {place} ({_first_line(error)}), but it must have values wherever its "
            "controls can go; change their range, or clamp in `fn`."
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def _at(fn: Callable, runtime, inputs: Inputs, place: str) -> tuple[float, str]:
    """The largest difference at some inputs, and the output that has it."""
    with failures_at(place):
        want, got = call(fn, inputs), run(runtime, inputs)
    for name, value in want.items():
        if value.dtype == torch.int64 and (value.double().abs() > EXACT).any():
            raise InputError(
                f"`fn` returns whole numbers beyond 2^53 under {name!r} at {place}, but a page "
                "holds them only up to there; return .float(), or keep them smaller."
            )
    return max((difference(got[name], want[name]), name) for name in want)
