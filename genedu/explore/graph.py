"""From recorded operations to the bytes that a page runs: ONNX, small, and as fast as may be."""

import contextlib
import logging
import math
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import Tensor

from ..errors import InputError
from .tracing import Trace, is_view, trace

__all__ = ["HALF_FROM", "INTERPRETED", "Graph", "export", "halve"]

HALF_FROM = 4096
"""Weights with at least so many numbers travel as float16; at 256, grids of plots were rounded."""
LIGHT = 5e6
"""The most multiply-adds and numbers written for which the interpreter is the first choice."""
INTERPRETED = frozenset(
    re.findall(
        r"\w+",
        """
    Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh BatchNormalization Cast CastLike
    Ceil Celu Clip Concat Constant ConstantOfShape Cos Cosh CumSum Div Elu Equal Erf Exp Expand
    EyeLike Flatten Floor Gather GatherElements GatherND Gelu Gemm Greater GreaterOrEqual
    HardSigmoid HardSwish Identity IsInf IsNaN LayerNormalization LeakyRelu Less LessOrEqual Log
    LogSoftmax MatMul Max Min Mish Mod Mul Neg Not OneHot Or PRelu Pad Pow Range Reciprocal
    ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd
    ReduceSum ReduceSumSquare Relu Reshape Round ScatterElements ScatterND Selu Shape Sigmoid Sign
    Sin Sinh Size Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub Sum Tan Tanh Tile TopK
    Transpose Trilu Unsqueeze Where Xor
        """,
    )
)
"""The operators of the interpreter, `frontend/src/operators` (a test compares the two)."""
COMPLEX = {torch.complex64, torch.complex128}
HELD = {torch.float32, torch.float64, torch.int32, torch.int64, torch.bool} | COMPLEX
"""The types in which pages compute as torch does; a complex number becomes two real ones."""
ADVICE = {
    "histc": "Count with ((x[:, None] >= edges[:-1]) & (x[:, None] < edges[1:])).sum(0).",
    "searchsorted": "Count with (edges < x[:, None]).sum(1).",
    "bucketize": "Count with (edges < x[:, None]).sum(1).",
    "lgamma": "Compute it outside for all values that may come up, and choose from that table.",
}
BROKEN = ("_linalg_det", "_linalg_slogdet")
"""What the exporter accepts, and turns into a graph that nothing can run."""
OUTSIDE = (
    "Write it out in basic operations (2x2 matrices have formulas), or compute it outside `fn` if "
    "it does not depend on the inputs."
)


class Graph(NamedTuple):
    """An ONNX model in bytes, and what a page has to know of it."""

    data: bytes
    inputs: tuple[str, ...]  # those that the outputs depend on
    weights: str  # "float32" or "float16"
    operators: frozenset[str]
    cost: int  # multiply-adds of products, and numbers written by everything else

    @property
    def executors(self) -> tuple[str, ...]:
        """Who may run it, in order of choice."""
        readable = self.operators <= INTERPRETED
        if readable and self.cost <= LIGHT:
            return "interpreter", "onnx", "kernel"
        return ("onnx", "interpreter", "kernel") if readable else ("onnx", "kernel")


def export(fn: Callable, inputs: Mapping[str, Tensor]) -> Graph:
    """Return ``fn`` as an ONNX graph; ``inputs`` are examples of the right shape and type.

    In the graph the input ``name`` is called ``@name`` and the output ``=name``. Raises InputError
    where `trace` does, and for operations that have no ONNX form.

    >>> graph = export(lambda x: {"y": x + 1}, {"x": torch.zeros(3)})
    >>> graph.inputs, graph.weights, sorted(graph.operators)
    (('x',), 'float32', ['Add'])
    """
    recorded = trace(fn, inputs)
    _check_types(recorded)
    model = _strip(_to_onnx(recorded, inputs))
    used = {name for node in model.graph.node for name in node.input}
    used |= {value.name for value in model.graph.output}
    for value in [value for value in model.graph.input if value.name not in used]:
        model.graph.input.remove(value)
    return Graph(
        model.SerializeToString(),
        tuple(value.name[1:] for value in model.graph.input),
        "float32",
        frozenset(node.op_type for node in model.graph.node),
        _cost(recorded),
    )


def halve(whole: Graph) -> Graph | None:
    """Return the graph with weights of 4,096 numbers and more as float16, None if there are none.

    Each weight stands behind a cast, so that the arithmetic stays float32.

    >>> weight = torch.eye(64)
    >>> graph = export(lambda x: {"y": x @ weight}, {"x": torch.zeros(1, 64)})
    >>> halve(graph).weights, len(halve(graph).data) < 0.6 * len(graph.data)
    ('float16', True)
    """
    model = onnx.load_from_string(whole.data)
    graph, casts = model.graph, []
    for weight in graph.initializer:
        if weight.data_type != TensorProto.FLOAT or math.prod(weight.dims) < HALF_FROM:
            continue
        values = numpy_helper.to_array(weight)
        if np.abs(values).max() < np.finfo(np.float16).max:
            name = weight.name
            weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}h"))
            casts.append(onnx.helper.make_node("Cast", [f"{name}h"], [name], to=TensorProto.FLOAT))
    if not casts:
        return None
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    operators = whole.operators | {"Cast"}
    return whole._replace(data=model.SerializeToString(), weights="float16", operators=operators)


def _to_onnx(recorded: Trace, inputs: Mapping[str, Tensor]) -> onnx.ModelProto:
    targets = {str(node.target) for node in recorded.module.graph.nodes}
    for name in BROKEN:
        if f"aten.{name}.default" in targets:
            raise _no_form(name, recorded)
    with _quiet():
        try:
            program = torch.onnx.export(
                recorded.module,
                tuple(inputs.values()),
                dynamo=True,
                external_data=False,
                verbose=False,
                input_names=[f"@{name}" for name in inputs],
                output_names=[f"={name}" for name in recorded.outputs],
            )
        except Exception as error:
            raise _no_form(_culprit(error), recorded) from error
    return program.model_proto


@contextlib.contextmanager
def _quiet():
    """The exporters write warnings, into the page too."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _culprit(error: Exception | None) -> str:
    """The operation that the exporter could not translate, if it says which."""
    text = ""
    while error is not None:
        text, error = f"{text}\n{error}", error.__cause__ or error.__context__
    # "No ONNX function found for <OpOverload(op='aten.histc'", or "target=torch.ops.aten.histc"
    found = re.search(r"(?:OpOverload\(op='|torch\.ops\.)\w+\.(\w+)", text)
    return found[1] if found else ""


def _no_form(name: str, recorded: Trace) -> InputError:
    """The refusal of an operation, with the line where ``fn`` asks for it."""
    # what torch makes of it may have another name: cumprod becomes prod, i0 bessel_i0
    asked = [one for one in recorded.lines if name and (name in one or one in name)]
    name = name if name in asked else (*asked, name)[0]
    line = recorded.lines.get(name, "")
    what = name.strip("_") or "an operation"
    advice = ADVICE.get(what, OUTSIDE)
    if any(value.dtype in COMPLEX for value, _ in _values(recorded)):
        what += " (of complex numbers: compute real and imaginary part apart)"
    return InputError(
        f"`fn` uses {what}, but a page has only operations with an ONNX form. "
        f"{advice}{f' Line {line}' if line else ''}"
    )


def _strip(model: onnx.ModelProto) -> onnx.ModelProto:
    """Remove names, comments and shapes that nobody reads: up to 14 times smaller."""
    graph = model.graph
    del graph.value_info[:], model.functions[:]
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.initializer):
        part.doc_string = ""
        del part.metadata_props[:]
    kept = {value.name for value in (*graph.input, *graph.output)} | {""}
    short: dict[str, str] = {}

    def shorten(name: str) -> str:
        return name if name in kept else short.setdefault(name, f"_{len(short)}")

    for node in graph.node:
        node.name = ""
        node.input[:] = map(shorten, node.input)
        node.output[:] = map(shorten, node.output)
    for weight in graph.initializer:
        weight.name = shorten(weight.name)
    return model


def _values(recorded: Trace) -> Iterator[tuple[Tensor, str]]:
    """What passes through the graph, without numbers, and the operations that made it."""
    for node in recorded.module.graph.nodes:
        if isinstance(value := node.meta.get("val"), Tensor):
            yield value, str(node.target).removeprefix("aten.").split(".")[0]


def _check_types(recorded: Trace) -> None:
    """Small whole numbers go round differently on other machines; half precision rounds."""
    for value, name in _values(recorded):
        if value.dtype not in HELD:
            line = recorded.lines.get(name, "")
            raise InputError(
                f"`fn` computes in {value.dtype}, but float32, int64 and bool are accepted; use "
                f".float() or .long().{f' Line {line}' if line else ''}"
            )


def _cost(recorded: Trace) -> int:
    """Multiply-adds of products and convolutions, numbers written by all other operations."""
    total = 0
    for node in recorded.module.graph.nodes:
        value = node.meta.get("val")
        if node.op != "call_function" or not isinstance(value, Tensor) or is_view(node.target):
            continue
        name = str(node.target)
        per_number = 1
        if name.startswith(("aten.mm.", "aten.bmm.")):
            per_number = node.args[0].meta["val"].shape[-1]
        elif name.startswith("aten.addmm."):
            per_number = node.args[1].meta["val"].shape[-1]
        elif name.startswith("aten.convolution."):
            per_number = math.prod(node.args[1].meta["val"].shape[1:])
        total += value.numel() * per_number
    return total
