"""From a torch function to a graph of tensor operations, or a sentence that says why not.

A page cannot run Python. So ``fn`` is run once on tensors without values, and every operation it
asks for is written down; what cannot be written down so that it holds for other inputs is refused,
with the line of ``fn`` that asked for it.
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.distributions import Distribution
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.node import map_arg
from torch.nn.attention import SDPBackend, sdpa_kernel

from ..errors import InputError
from .options import MOST
from .watching import LOOKS, WHERE, KeepGradients, Watch, WatchMethods, with_line

__all__ = ["Trace", "call", "is_view", "trace"]

AS_IT_STANDS = ("functorch transform", "mutating a non-functional tensor")
"""Autograd in ``fn``, or changes of what it made from constants: recorded with the changes."""


class Trace(NamedTuple):
    """The operations of ``fn`` in order, and the names of what it returns."""

    module: GraphModule
    outputs: tuple[str, ...]
    lines: dict[str, str]  # where ``fn`` first asked for each operation: "12: y = x.sin()"


def call(fn: Callable, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the outputs of ``fn(**inputs)`` by name, in types that a page has.

    A single tensor is called ``out``. Numbers become float32, int64 or bool. Raises InputError if
    ``fn`` returns anything else.

    >>> call(lambda x: {"double": 2 * x}, {"x": torch.tensor(1.5)})
    {'double': tensor(3.)}
    """
    with KeepGradients():
        outputs = fn(**{name: value.clone() for name, value in inputs.items()})
    if isinstance(outputs, Tensor):
        outputs = {"out": outputs}
    if not isinstance(outputs, Mapping) or not outputs:
        raise InputError(
            f"`fn` returns {_kind(outputs)}, but a tensor or a dictionary of tensors by name is "
            "accepted; write return {'name': tensor}."
        )
    for name, value in outputs.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise InputError(
                f"`fn` returns {_kind(value)} under {name!r}, but tensors under names are "
                "accepted; write torch.tensor(…) for a number."
            )
        if value.is_complex():
            raise InputError(
                f"`fn` returns complex numbers under {name!r}, but real tensors are accepted; "
                "return .real, .imag or .abs()."
            )
    if (size := sum(value.numel() for value in outputs.values())) > MOST:
        raise InputError(
            f"`fn` returns {size:,} numbers, but {MOST:,} are accepted; return only what is shown."
        )
    return {name: value.detach().to("cpu", _page_type(value)) for name, value in outputs.items()}


def trace(fn: Callable, inputs: Mapping[str, Tensor]) -> Trace:
    """Return the operations that ``fn(**inputs)`` performs, as a graph without side effects.

    ``inputs`` are examples: only their shapes and types count. Raises InputError, with the line
    of ``fn``, where the graph would not hold for other inputs: values that are looked at, random
    numbers drawn inside, shapes that depend on values, tensors changed that ``fn`` was not given.

    >>> trace(lambda x: {"y": x.sin() + 1}, {"x": torch.zeros(3)}).outputs
    ('y',)
    >>> trace(lambda x: x + torch.rand(3), {"x": torch.zeros(3)})
    Traceback (most recent call last):
    genedu.errors.InputError: `fn` draws its own random numbers (rand), but a page draws them, \
from the seed that it shows. Take them as an argument and declare it: noise={'eps': Normal((3,))} \
or Uniform; a module with dropout: call .eval(). Line 1: trace(lambda x: x + torch.rand(3), \
{"x": torch.zeros(3)})
    """
    outputs: list[str] = []
    watch = Watch()

    def flat(*values: Tensor):
        with watch, WatchMethods():
            results = call(fn, dict(zip(inputs, values, strict=True)))
        outputs[:] = results
        return tuple(value.clone() for value in results.values())

    with _no_values():
        try:
            module = _record(torch.func.functionalize(flat, remove="mutations"), inputs)
        except RuntimeError as error:
            if not any(reason in str(error) for reason in AS_IT_STANDS):
                raise _refusal(error) from error
            # the exporter makes such a graph free of side effects itself
            try:
                module = _record(flat, inputs)
            except RuntimeError as second:
                raise _refusal(second) from second
        except InputError:
            raise
        except Exception as error:
            raise _refusal(error) from error
    return Trace(_fold_constants(_without_copies(module)), tuple(outputs), watch.lines)


def _record(flat: Callable, inputs: Mapping[str, Tensor]) -> GraphModule:
    recorder = make_fx(
        flat,
        tracing_mode="fake",
        _allow_non_fake_inputs=True,
        decomposition_table={torch.ops.aten.diagonal_scatter.default: _diagonal_scatter},
    )
    return recorder(*inputs.values())


def _diagonal_scatter(x: Tensor, values: Tensor, offset=0, dim1=0, dim2=1) -> Tensor:
    """What `torch.func.jacrev` makes its unit vectors with; the exporter cannot."""
    if (x.ndim, dim1, dim2) != (2, 0, 1):
        return NotImplemented
    row, column = torch.arange(x.shape[0])[:, None], torch.arange(x.shape[1])
    place = (row if offset >= 0 else column).clamp(max=len(values) - 1)
    return torch.where(column - row == offset, values[place], x)


def _without_copies(module: GraphModule) -> GraphModule:
    """Detachments mean nothing in a graph, and copies nothing where no tensor is changed."""
    copies = ("aten.detach", "aten.alias", "aten.lift_fresh_copy")
    if not _has_changes(module):
        copies += ("aten.clone",)
    for node in list(module.graph.nodes):
        if node.target in (torch.ops.aten.view.default, torch.ops.aten._unsafe_view.default):
            node.target = torch.ops.aten.reshape.default  # what it looked at may have been a copy
        if node.op == "call_function" and str(node.target).startswith(copies):
            node.replace_all_uses_with(node.args[0])
    module.graph.eliminate_dead_code()
    module.recompile()
    return module


def _has_changes(module: GraphModule) -> bool:
    """Is any tensor changed in place? Only with autograd inside ``fn``; then order matters."""
    schemas = (getattr(node.target, "_schema", None) for node in module.graph.nodes)
    return any(schema is not None and schema.is_mutable for schema in schemas)


@torch.no_grad()
def _fold_constants(module: GraphModule) -> GraphModule:
    """What depends on no input is computed now; so it needs no ONNX form."""
    graph, values = module.graph, {}
    if _has_changes(module):
        return module
    for node in graph.nodes:
        if node.op == "get_attr":
            values[node] = getattr(module, node.target)
        elif node.op == "call_function" and all(one in values for one in node.all_input_nodes):
            args, options = map_arg((node.args, node.kwargs), values.__getitem__)
            values[node] = node.target(*args, **options)
    kept = set()
    for node in reversed(values):
        if node.op == "get_attr" or all(one in values and one not in kept for one in node.users):
            continue
        # ONNX writes numbers that are all alike or in a row, and views, in fewer bytes
        if not node.all_input_nodes or is_view(node.target):
            kept.add(node)
            continue
        name = f"_folded_{node.name}"
        module.register_buffer(name, values[node].detach().contiguous())
        with graph.inserting_before(node):
            constant = graph.get_attr(name)
        constant.meta = node.meta
        node.replace_all_uses_with(constant)
    for node in reversed(values):
        if not node.users:
            graph.erase_node(node)
    module.recompile()
    return module


def is_view(operation) -> bool:
    """Does an operation only look at its argument's numbers in another way?

    >>> is_view(torch.ops.aten.t.default), is_view(torch.ops.aten.sin.default)
    (True, False)
    """
    schema = getattr(operation, "_schema", None)
    return schema is not None and any(value.alias_info is not None for value in schema.returns)


@contextlib.contextmanager
def _no_values():
    """While a graph is made, nobody checks values, and attention is written out."""
    compiler, attention = torch.compiler, torch.backends.mha
    fast = attention.get_fastpath_enabled()
    flag, validate = compiler._is_compiling_flag, Distribution._validate_args
    compiler._is_compiling_flag = True  # what torch.export does; see `errors.require_tensor`
    Distribution.set_default_validate_args(False)
    attention.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        attention.set_fastpath_enabled(fast)
        compiler._is_compiling_flag = flag
        Distribution.set_default_validate_args(validate)


def _refusal(error: Exception) -> InputError:
    """What torch says while it traces, in the words of this module."""
    text = str(error)
    if isinstance(error, InputError):
        return error
    if "not allocated yet" in text:
        advice = "Write torch.stack([…]) for a tensor of tensors."
        return with_line(LOOKS.format(what="torch.tensor([…])") + advice, error)
    kind = type(error).__name__.lower() + text.lower()
    if any(word in kind for word in ("data-dependent", "datadependent", "_local_scalar_dense")):
        return with_line(LOOKS.format(what="if, while, .item(), float()") + WHERE, error)
    first = text.strip().splitlines()[0][:300] if text.strip() else "no reason given"
    return with_line(f"`fn` cannot be traced: {type(error).__name__}: {first}", error)


def _page_type(value: Tensor) -> torch.dtype:
    if value.is_floating_point():
        return torch.float32
    return torch.bool if value.dtype == torch.bool else torch.int64


def _kind(value) -> str:
    return "nothing" if value is None else f"{type(value).__name__}"
