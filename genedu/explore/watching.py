"""What is refused while a function is traced, and how the line at fault is found."""

import contextlib
import linecache
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from torch._subclasses.fake_tensor import DynamicOutputShapeException, FakeTensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ..errors import InputError

__all__ = ["LOOKS", "WHERE", "KeepGradients", "Watch", "WatchMethods", "with_line"]

WHERE = (
    "Use torch.where(condition, a, b), which computes both and chooses; what does not depend on "
    "the inputs can be computed outside `fn`."
)
LOOKS = (
    "`fn` looks at the value of a tensor ({what}), but a page repeats the operations of one run "
    "for other inputs. "
)
CHANGES = (
    "`fn` changes in place a tensor that it was not given, but only what it receives and what it "
    "makes may change. Add the tensor to `state` and return its new value (a module with running "
    "averages or an optimizer: call .eval(), or take the step by hand from torch.func.grad)."
)

SHAPES = (
    "`fn` makes a tensor whose shape depends on values ({name}), but a page knows all shapes "
    "beforehand. Keep all entries and use torch.where or multiply by a mask; count with "
    "(index[:, None] == torch.arange(n)).sum(0)."
)


class WatchMethods(TorchFunctionMode):
    """Refuses the ways out of torch that would be traced without a word, and wrongly.

    ``table[index]`` with an index of shape () would look at its value: it becomes a selection,
    and so does one among several, as in ``table[..., index, None]``.
    """

    WAYS_OUT = frozenset(
        getattr(Tensor, name) for name in ("numpy", "tolist", "__array__") if hasattr(Tensor, name)
    )

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function in self.WAYS_OUT and _is_traced(args[0]):
            raise with_line(
                LOOKS.format(what=f".{function.__name__}()") + "Stay in torch: it has NumPy's "
                "functions under the same names."
            )
        if function is Tensor.__getitem__:
            table, index = args
            parts = index if isinstance(index, tuple) else (index,)
            if any(map(_is_single_index, parts)):
                plain = int, slice, type(None), type(...)
                if all(isinstance(one, plain) or _is_single_index(one) for one in parts):
                    return _select(table, parts)
                # beside a list or a tensor of indices, one index counts for each of them
                args = table, tuple(one[None] if _is_single_index(one) else one for one in parts)
        return function(*args, **(kwargs or {}))


class KeepGradients(TorchFunctionMode):
    """Puts back every leaf's ``.grad``: ``backward()`` in ``fn`` writes there."""

    def __init__(self):
        super().__init__()
        self.leaves: dict[int, tuple[Tensor, Tensor | None]] = {}

    def __torch_function__(self, function, types, args=(), kwargs=None):
        for value in tree_leaves((args, kwargs)):
            real = isinstance(value, Tensor) and not _is_traced(value)
            if real and value.is_leaf and value.requires_grad:
                self.leaves.setdefault(id(value), (value, value.grad))
        return function(*args, **(kwargs or {}))

    def __exit__(self, *error):
        super().__exit__(*error)
        for leaf, gradient in self.leaves.values():
            leaf.grad = gradient


class Watch(TorchDispatchMode):
    """Sees every operation as ``fn`` asks for it, so that a refusal can name the line."""

    def __init__(self):
        super().__init__()
        self.lines: dict[str, str] = {}
        self.views: dict[int, Tensor] = {}  # into memory that was there before ``fn`` ran

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = operation._schema.name.removeprefix("aten::").rstrip("_")
        if name not in self.lines:
            self.lines[name] = _line(_outward(sys._getframe(1)))
        if torch.Tag.nondeterministic_seeded in operation.tags:
            raise with_line(
                f"`fn` draws its own random numbers ({name}), but a page draws them, from the "
                "seed that it shows. Take them as an argument and declare it: "
                "noise={'eps': Normal((3,))} or Uniform; a module with dropout: call .eval()."
            )
        if name == "_local_scalar_dense" and getattr(args[0], "constant", None) is None:
            raise with_line(LOOKS.format(what="if, while, .item(), float()") + WHERE)
        arguments = operation._schema.arguments
        given = {**dict(zip((one.name for one in arguments), args, strict=False)), **kwargs}
        outside = [
            one.alias_info
            for one in arguments
            if one.alias_info is not None
            and any(map(self._was_there, tree_leaves(given.get(one.name))))
        ]
        if any(alias.is_write for alias in outside):
            raise with_line(CHANGES)
        try:
            result = operation(*args, **kwargs)
            sizes = getattr(result, "shape", ())
        except DynamicOutputShapeException:
            sizes = (None,)
        if not all(isinstance(size, int) for size in sizes):
            raise with_line(SHAPES.format(name=name))
        if outside and name != "lift_fresh":  # torch.tensor([1.0]) is fresh
            views = (one for one in tree_leaves(result) if isinstance(one, Tensor))
            self.views |= {_memory(one): one for one in views}
        return result

    def _was_there(self, value) -> bool:
        """Is it a tensor of the surroundings, or a view of one?"""
        if not isinstance(value, Tensor):
            return False
        return not _is_traced(value) or _memory(value) in self.views


def _memory(value: Tensor) -> int:
    return value.untyped_storage()._cdata


def _is_traced(value) -> bool:
    return isinstance(value, FakeTensor) or torch._is_functional_tensor(value)


def _is_single_index(index) -> bool:
    integers = torch.int64, torch.int32
    return isinstance(index, Tensor) and index.ndim == 0 and index.dtype in integers


def _select(table: Tensor, parts: tuple) -> Tensor:
    """``table[parts]`` for integers, slices, None, ... and indices of shape (), one by one."""
    axis = 0
    for number, part in enumerate(parts, start=1):
        if part is ...:
            axis = table.ndim - sum(one is not None for one in parts[number:])
        elif part is None:
            table = table.unsqueeze(axis)
            axis += 1
        elif isinstance(part, slice):
            table = table[(slice(None),) * axis + (part,)]
            axis += 1
        elif isinstance(part, Tensor):
            part = torch.where(part < 0, part + table.shape[axis], part)
            table = table.index_select(axis, part.reshape(1)).squeeze(axis)
        else:
            table = table.select(axis, part)
    return table


def with_line(sentence: str, error: Exception | None = None) -> InputError:
    """The sentence with the line of ``fn`` that is at fault."""
    if error is None:
        frames = _outward(sys._getframe(1))
    else:
        step, frames = error.__traceback__, []
        while step is not None:
            frames.insert(0, (step.tb_frame, step.tb_lineno))
            step = step.tb_next
    line = _line(frames)
    return InputError(f"{sentence} Line {line}" if line else sentence)


def _outward(frame) -> Iterator[tuple]:
    while frame is not None:
        yield frame, frame.f_lineno
        frame = frame.f_back


def _line(frames) -> str:
    """``number: source`` of the innermost frame outside torch and outside this file."""
    foreign = f"{torch.__path__[0]}/", f"{Path(__file__).parent}/", contextlib.__file__
    for frame, number in frames:
        file = frame.f_code.co_filename
        source = linecache.getline(file, number, frame.f_globals).strip()
        if source and not file.startswith(foreign):
            return f"{number}: {source}"
    return ""
