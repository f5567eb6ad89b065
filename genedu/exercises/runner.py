"""Runs a student's function on given inputs and brings back plain tensors or one sentence.

Only inputs enter the student's code. What comes out is copied into plain tensors on the CPU before
anybody looks at it, so that no ``__eq__`` of the student's is ever asked.
"""

import contextlib
import copy
import dis
import inspect
import io
import linecache
import time
import traceback
import types
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .plain import Unusable, plain_values
from .timelimit import PATIENCE, TimeUp, limited

__all__ = ["Outcome", "call", "copied", "is_stub", "parameters"]

MAX_PRINTED = 400  # characters kept of what the student's code prints
GENERATOR = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
IDLE = {"RESUME", "NOP", "CACHE", "LOAD_CONST", "POP_TOP", "RETURN_VALUE", "RETURN_CONST"}


@dataclass(frozen=True)
class Outcome:
    """What one call gave: ``values``, or a ``problem`` in one sentence.

    ``kind`` is "values", "nothing" (None came back), "stub" (a bare NotImplementedError),
    "raised", "time" or "unusable". ``changed`` names arguments that were changed in place;
    ``gradients`` are those of a fixed weighted sum of the values, None where autograd found no
    way. ``tensors`` says whether the values came as tensors, so that their dtype has a meaning;
    ``seconds`` what the call took of its time limit.
    """

    kind: str
    values: tuple[Tensor, ...] = ()
    problem: str = ""
    several: bool = False
    changed: tuple[str, ...] = ()
    gradients: dict[str, Tensor | None] = field(default_factory=dict)
    printed: str = ""
    tensors: bool = True
    seconds: float = 0.0


class Capped(io.TextIOBase):
    """Keeps the beginning of what is written and counts the rest."""

    def __init__(self):
        self.text = ""

    def writable(self) -> bool:
        return True

    def write(self, text) -> int:
        room = MAX_PRINTED - len(self.text)
        if room > 0:
            self.text += text[:room] + ("…" if len(text) > room else "")
        return len(text)


def parameters(function) -> list[str]:
    """Names of the parameters of a function, empty where they cannot be had."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def is_stub(function) -> bool:
    """Whether a function does nothing: a docstring, ``...``, ``pass`` or ``return None``."""
    if not isinstance(function, types.FunctionType) or function.__code__.co_flags & GENERATOR:
        return False
    read = list(dis.get_instructions(function))
    returned = {
        before.argval if now.opname == "RETURN_VALUE" else now.argval
        for before, now in zip([read[0], *read], read, strict=False)
        if now.opname.startswith("RETURN")
    }
    return returned <= {None, ...} and all(each.opname in IDLE for each in read)


def copied(value, dtype: torch.dtype):
    """A fresh copy of an argument, floating-point tensors and modules in ``dtype``."""
    if isinstance(value, Tensor):
        return value.detach().to(dtype).clone() if value.is_floating_point() else value.clone()
    if isinstance(value, torch.nn.Module):
        return copy.deepcopy(value).to(dtype)
    return copy.deepcopy(value)


def call(
    function,
    args: tuple,
    dtype: torch.dtype = torch.float64,
    *,
    names: tuple[str, ...] = (),
    probe=None,
    gradients: tuple[str, ...] = (),
    seconds: float = 10.0,
) -> Outcome:
    """Call ``function`` with fresh copies of ``args`` and return what came of it; never raises.

    >>> call(lambda x: x.mean(), (torch.ones(3),)).values
    (tensor(1., dtype=torch.float64),)
    """
    given = tuple(copied(each, dtype) for each in args)
    printed, spent = Capped(), 0.0

    def work():
        nonlocal spent
        cpu, wall = time.thread_time(), time.monotonic()
        try:
            with torch.enable_grad():
                return answered()
        finally:
            spent = max(time.thread_time() - cpu, (time.monotonic() - wall) / PATIENCE)

    def answered():
        returned = function(*given)
        if returned is None:
            return None
        if probe is not None:
            returned = _probed(probe, returned, [copied(each, dtype) for each in args])
        plain, slopes = plain_values(returned), {}
        if gradients and not _changed(given, args, names):
            slopes = _slopes(function, args, dtype, names, gradients)
        return *plain, slopes

    def outcome(kind, **found):
        return Outcome(kind, printed=printed.text, seconds=spent, **found)

    try:
        with (
            torch.random.fork_rng(devices=[]),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            torch.default_generator.manual_seed(0)
            result = limited(work, seconds)
    except TimeUp:
        return outcome("time")
    except Unusable as reason:
        return outcome("unusable", problem=str(reason))
    except BaseException as problem:
        if isinstance(problem, NotImplementedError) and not problem.args:
            return outcome("stub")
        return outcome("raised", problem=explain(problem, function))
    changed = _changed(given, args, names)
    if result is None:
        return outcome("nothing", changed=changed)
    values, several, tensors, slopes = result
    return outcome(
        "values",
        values=values,
        several=several,
        tensors=tensors,
        gradients=slopes,
        changed=changed,
    )


def _probed(probe, returned, args):
    try:
        return probe(returned, *args)
    except Exception:
        shape = f" of shape {tuple(returned.shape)}" if isinstance(returned, Tensor) else ""
        kind = type(returned).__name__
        raise Unusable(f"it returned {kind}{shape}, which is not what is asked for.") from None


def _slopes(function, args, dtype, names, wanted) -> dict[str, Tensor | None]:
    """Gradients of a fixed weighted sum of the values by the arguments in ``wanted``."""
    given = [copied(each, dtype) for each in args]
    places = [names.index(name) for name in wanted]
    for place in places:
        given[place].requires_grad_()
    try:
        returned = function(*given)
    except Exception:  # it ran before: what fails is something that cuts the graph, as .numpy()
        return dict.fromkeys(wanted)
    values = returned if isinstance(returned, (tuple, list)) else (returned,)
    total = sum(
        (value * weights_like(value)).sum()
        for value in values
        if isinstance(value, Tensor) and value.requires_grad
    )
    if not isinstance(total, Tensor):
        return dict.fromkeys(wanted)
    leaves = [given[place] for place in places]
    slopes = torch.autograd.grad(total, leaves, allow_unused=True)
    return {
        name: None if s is None else s.detach() for name, s in zip(wanted, slopes, strict=True)
    }


def weights_like(value: Tensor) -> Tensor:
    """Fixed weights, all different, so that no two gradients cancel."""
    return torch.cos(torch.arange(value.numel(), dtype=value.dtype) + 1).reshape(value.shape)


def _changed(given, args, names) -> tuple[str, ...]:
    """Names of the arguments that no longer hold what was put in."""

    def state(value):
        if isinstance(value, Tensor):
            return [value]
        return list(value.state_dict().values()) if isinstance(value, torch.nn.Module) else []

    def differ(now, before):
        return now.shape != before.shape or not torch.equal(now, before.to(now.dtype))

    names = names or tuple(f"argument {n + 1}" for n in range(len(args)))
    return tuple(
        name
        for name, now, before in zip(names, given, args, strict=False)
        if any(map(differ, state(now), state(before)))
    )


def explain(problem: BaseException, function) -> str:
    """One sentence: the student's own line and what Python says about it."""
    own = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = traceback.extract_tb(problem.__traceback__)
    mine = [frame for frame in frames if frame.filename == own]
    where = ""
    if mine:
        line = mine[-1].line or linecache.getline(mine[-1].filename, mine[-1].lineno)
        where = f" at line {mine[-1].lineno}, `{line.strip()[:100]}`" if line else ""
    try:
        said = " ".join(str(problem).split())[:200]
    except Exception:
        said = ""
    kind = type(problem).__name__
    if isinstance(problem, SystemExit):
        return f"it called sys.exit{where}; a function returns its result."
    if isinstance(problem, KeyboardInterrupt):
        return f"it was interrupted{where}."
    return f"it stopped{where}: {kind}{': ' if said else ''}{said}"
