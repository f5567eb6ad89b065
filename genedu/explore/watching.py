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

from ..errors import InputError

__all__ = ["CHANGES", "LOOKS", "WHERE", "Watch", "WatchMethods", "with_line"]

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
    and so does one among several, as in ``table[:, index, 0]``.
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
            plain = all(isinstance(one, int | slice) or _is_single_index(one) for one in parts)
            if plain and any(map(_is_single_index, parts)):
                return _select(table, parts)
        return function(*args, **(kwargs or {}))


class Watch(TorchDispatchMode):
    """Sees every operation as ``fn`` asks for it, so that a refusal can name the line."""

    def __init__(self):
        super().__init__()
        self.lines: dict[str, str] = {}

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
        changed = (
            value
            for value, argument in zip(args, operation._schema.arguments, strict=False)
            if argument.alias_info is not None and argument.alias_info.is_write
        )
        if any(isinstance(value, Tensor) and not _is_traced(value) for value in changed):
            raise with_line(CHANGES)
        try:
            result = operation(*args, **kwargs)
            sizes = getattr(result, "shape", ())
        except DynamicOutputShapeException:
            sizes = (None,)
        if not all(isinstance(size, int) for size in sizes):
            raise with_line(SHAPES.format(name=name))
        return result


def _is_traced(value) -> bool:
    return isinstance(value, FakeTensor) or torch._is_functional_tensor(value)


def _is_single_index(index) -> bool:
    integers = torch.int64, torch.int32
    return isinstance(index, Tensor) and index.ndim == 0 and index.dtype in integers


def _select(table: Tensor, parts: tuple) -> Tensor:
    """``table[parts]`` for integers, slices and indices of shape (), one axis after the other."""
    axis = 0
    for part in parts:
        if isinstance(part, slice):
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
