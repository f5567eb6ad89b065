"""`fit`: the only training loop of the book.

Every model says who its players are (see `genedu.models.base`); `fit` lets them move in turn. The
device and the precision go through Hugging Face Accelerate. A checkpoint holds all that the loop
depends on, so that a run that was killed ends with the numbers of one that was not.
"""

import contextlib
import dataclasses
import io
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import Tensor
from tqdm.auto import tqdm

from .errors import (
    CheckpointError,
    InputError,
    StorageError,
    TrainingError,
    require_choice,
    require_folder,
    require_int,
    require_number,
    require_tensor,
    values_known,
)
from .files import read_sealed, sha256, write_sealed
from .models.base import Batch, GenerativeModel, Player

__all__ = ["History", "Progress", "every", "fit"]

CHECKPOINT_NAME = "fit.ckpt"
LARGEST_SEED = 2**32 - 1  # NumPy's
OPTIMIZERS = {
    "adam": lambda parameters, lr: torch.optim.Adam(parameters, lr, fused=True),
    "sgd": lambda parameters, lr: torch.optim.SGD(parameters, lr),
}


@dataclasses.dataclass
class History:
    """What `fit` saw: the loss of every player at every step, in nats, and the seconds it took."""

    losses: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0

    @property
    def steps(self) -> int:
        """Number of steps taken."""
        return max(map(len, self.losses.values()), default=0)


@dataclasses.dataclass(frozen=True)
class Progress:
    """What a callback gets after a step."""

    step: int  # counts from 1
    model: GenerativeModel
    history: History


def every(interval: int, callback: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return a callback that calls ``callback`` after each ``interval``-th step.

    >>> seen = []
    >>> tick = every(2, lambda progress: seen.append(progress.step))
    >>> for step in range(1, 6): tick(Progress(step, None, None))
    >>> seen
    [2, 4]
    """
    require_int("interval", interval)

    def sparse(progress: Progress) -> None:
        if progress.step % interval == 0:
            callback(progress)

    return sparse


def fit(
    model: GenerativeModel,
    data,
    *,
    steps: int,
    batch_size: int = 128,
    lr: float | Callable[[int], float] = 1e-3,
    seed: int = 0,
    device: str | torch.device = "auto",
    callbacks: Iterable[Callable[[Progress], None]] = (),
    progress: bool = True,
    checkpoint_dir: str | os.PathLike | None = None,
    checkpoint_every: int = 1000,
    optimizer: str = "adam",
    precision: str = "no",
) -> History:
    """Train ``model`` on ``data`` for ``steps`` minibatches and return the losses.

    ``data`` is a `genedu.data.Dataset` or a tensor ``(N, *event)``. ``lr`` is a number, or a
    function of the step (from 0) for a schedule. ``seed`` fixes the order of the batches and the
    noise, that of layers such as dropout too; initial parameters are the model's own. ``device``
    is ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``; the model stays there. ``callbacks`` are
    called with a `Progress` after every step. ``optimizer`` is ``"adam"`` or ``"sgd"``,
    ``precision`` ``"no"``, ``"bf16"`` or ``"fp16"``.

    With ``checkpoint_dir`` the state is kept there every ``checkpoint_every`` steps and at the
    end, and a later call with the same arguments goes on from it to the same numbers. Raises
    InputError (data or arguments), TrainingError at the first loss that is not finite,
    CheckpointError where the folder belongs to another run, StorageError where it cannot be
    written or its file is damaged (which is set aside, not overwritten).

    >>> from genedu.models import BoltzmannMachine
    >>> data = torch.tensor([[0., 1.], [1., 1.]])
    >>> history = fit(BoltzmannMachine(2), data, steps=3, progress=False)
    >>> history.steps
    3
    """
    if not isinstance(model, GenerativeModel):
        raise InputError(f"`model` is {type(model).__name__}, but a GenerativeModel is accepted.")
    require_int("steps", steps, minimum=0)
    require_int("batch_size", batch_size)
    require_int("seed", seed, minimum=0, maximum=LARGEST_SEED)
    require_int("checkpoint_every", checkpoint_every)
    require_choice("optimizer", optimizer, OPTIMIZERS)
    require_choice("precision", precision, ("no", "bf16", "fp16"))
    if not callable(lr):
        require_number("lr", lr, above=0)
    if not isinstance(callbacks, Iterable) or not all(map(callable, callbacks := [*callbacks])):
        raise InputError(f"`callbacks` is {callbacks!r}, but a list of functions is accepted.")
    x, y = _data(model, data)
    checkpoint = None
    if checkpoint_dir is not None:
        checkpoint = require_folder("checkpoint_dir", checkpoint_dir) / CHECKPOINT_NAME

    already_in_use = bool(AcceleratorState._shared_state)
    accelerator = _accelerator(device, precision)
    training = model.training
    try:
        run = _Run(accelerator, model.train(), x, y, batch_size, seed, optimizer)
        run.settings += "" if callable(lr) else f" lr {lr:g}"
        bar = tqdm(
            total=steps, initial=run.step, disable=not progress, desc="fit", leave=False, ncols=80
        )
        with bar, _own_randomness(accelerator.device, seed), torch.enable_grad():
            if checkpoint is not None:
                run.resume(checkpoint)
                bar.update(run.step)
            started = time.perf_counter() - run.history.seconds
            while run.step < steps:
                rate = lr(run.step) if callable(lr) else lr
                run.advance(require_number("lr", rate, minimum=0))
                run.history.seconds = time.perf_counter() - started
                seen = Progress(run.step, model, run.history)
                for callback in callbacks:
                    callback(seen)
                if checkpoint and (run.step % checkpoint_every == 0 or run.step == steps):
                    run.save(checkpoint)
                bar.update()
        return run.history
    finally:
        model.train(training)
        if not already_in_use:  # Accelerate keeps its state in globals: leave none behind
            AcceleratorState._reset_state(reset_partial_state=True)


def _data(model: GenerativeModel, data) -> tuple[Tensor, Tensor | None]:
    """Check the data once, so that the steps need not."""
    x, y = (data.x, data.y) if hasattr(data, "x") else (data, None)
    like = next(model.parameters(), None)
    if like is None:
        raise InputError("`model` has no parameters, but a model that can learn is accepted.")
    if isinstance(x, Tensor) and x.is_floating_point():
        x = x.to(like)  # the user's own stay as they are
    model.check_data(x, "data")
    if len(x) == 0:
        raise InputError("`data` has 0 examples, but at least 1 is accepted.")
    if y is not None:
        require_tensor("data.y", y.float(), (len(x), *y.shape[1:]))
    return x, y


def require_device(device: str | torch.device) -> str:
    """Return the kind of ``device`` if `fit` can use it here, or raise InputError."""
    kind = require_choice("device", str(device).removesuffix(":0"), ("auto", "cpu", "cuda", "mps"))
    there = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
    if not there.get(kind, lambda: True)():
        raise InputError(
            f"`device` is '{kind}', but torch sees no GPU here; use device='auto' or switch the "
            "notebook's runtime to a GPU."
        )
    return kind


def _accelerator(device: str | torch.device, precision: str) -> Accelerator:
    return Accelerator(cpu=require_device(device) == "cpu", mixed_precision=precision)


@contextlib.contextmanager
def _own_randomness(device: torch.device, seed: int) -> Iterator[None]:
    """Seed torch's global generators, from which dropout draws, and put them back at the end."""
    with torch.random.fork_rng([torch.cuda.current_device()] if device.type == "cuda" else []):
        torch.default_generator.manual_seed(seed)
        if device.type == "cuda":
            torch.cuda.manual_seed(seed)
        yield


def _options(model: GenerativeModel) -> str:
    """The numbers and names a model was made with: they change what it learns, not its shapes."""
    made_with = {name: value for name, value in vars(model).items() if name != "training"}
    plain = {name: each for name, each in made_with.items() if isinstance(each, int | float | str)}
    return str(plain)


class _Run:
    """The state of one training run: all that the next step depends on."""

    def __init__(self, accelerator, model, x, y, batch_size, seed, optimizer):
        self.accelerator = accelerator
        device = accelerator.device
        self.model = model.to(device)
        dtype = next(model.parameters()).dtype
        self.x, self.y = x.to(device, dtype), None if y is None else y.to(device)
        self.batch_size = min(batch_size, len(x))
        self.seed = seed
        self.generator = torch.Generator(device).manual_seed(seed)
        self.players: tuple[Player, ...] = model.players
        self.optimizers = [
            OPTIMIZERS[optimizer](player.parameters, 1.0) for player in self.players
        ]
        # Accelerate's wrappers cost 0.25 ms a step: they are put on where the precision needs them
        self.autocast, self.backward = contextlib.nullcontext, Tensor.backward
        if accelerator.mixed_precision != "no":
            self.autocast = accelerator.autocast
        if accelerator.scaler is not None:
            self.backward = accelerator.backward
            self.optimizers = [accelerator.prepare_optimizer(each) for each in self.optimizers]
        self.step = 0
        self.history = History({player.name: [] for player in self.players})
        self._order = (-1, None)
        self.settings = f"{type(model).__name__} {optimizer} batch {batch_size} seed {seed}"
        self.settings += f" on {device.type}"  # each device has random numbers of its own
        self.settings += f" in {accelerator.mixed_precision}; {_options(model)}"

    def advance(self, lr: float) -> None:
        """Let every player move once, each on the same batch."""
        batch = self._batch()
        for player, optimizer in zip(self.players, self.optimizers, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = lr
            optimizer.zero_grad()
            with values_known():  # the data were looked at before, the loss is looked at below
                if player.loss is not None:
                    with self.autocast():
                        loss = player.loss(batch, generator=self.generator)
                    self.backward(loss)
                else:
                    loss = player.gradient(batch, generator=self.generator)
            value = loss.item()
            if not math.isfinite(value):
                raise TrainingError(
                    f"the loss of player {player.name!r} is {value} at step {self.step + 1}; "
                    "lower `lr`, or look at the data and the model's last parameters."
                )
            optimizer.step()
            self.history.losses[player.name].append(value)
        self.step += 1

    def _batch(self) -> Batch:
        """The batch of this step: a function of seed and step alone, so that a resume finds it."""
        batches = len(self.x) // self.batch_size  # the rest of an epoch waits for the next one
        epoch, number = divmod(self.step, batches)
        if self._order[0] != epoch:
            shuffler = torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
            order = torch.randperm(len(self.x), generator=shuffler).to(self.x.device)
            self._order = (epoch, order)
        rows = self._order[1][number * self.batch_size : (number + 1) * self.batch_size]
        # index_select copies whole rows: a third of the time of x[rows]
        x = self.x.index_select(0, rows)
        return Batch(x, None if self.y is None else self.y.index_select(0, rows))

    # -- checkpoints ------------------------------------------------------------------------------
    def _fingerprint(self) -> str:
        """What a checkpoint must share with this run: settings, shapes and the data."""
        shapes = [(name, tuple(value.shape)) for name, value in self.model.state_dict().items()]
        data = sha256(self.x.cpu().contiguous().view(torch.uint8).numpy().tobytes())
        return f"{self.settings}; {shapes}; data {tuple(self.x.shape)} {data[:16]}"

    def save(self, path: Path) -> None:
        buffer = io.BytesIO()
        state = {
            "fingerprint": self._fingerprint(),
            "step": self.step,
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "generator": self.generator.get_state(),
            "global_generators": self._global_generators(),
            "losses": self.history.losses,
            "seconds": self.history.seconds,
        }
        if self.accelerator.scaler is not None:
            state["scaler"] = self.accelerator.scaler.state_dict()
        torch.save(state, buffer)
        write_sealed(path, buffer.getvalue())

    def _global_generators(self) -> dict[str, Tensor]:
        found = {"cpu": torch.get_rng_state()}
        if self.accelerator.device.type == "cuda":
            found["cuda"] = torch.cuda.get_rng_state()
        return found

    def resume(self, path: Path) -> None:
        """Go on from ``path`` if it is there; refuse what does not belong to this run."""
        if not path.exists():
            return
        payload = read_sealed(path)
        try:
            state = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
            theirs = state["fingerprint"]
        except Exception as error:
            raise StorageError(f"`{path}` is not a checkpoint of genedu: {error}") from error
        mine = self._fingerprint()
        if mine != theirs:
            parts = zip(mine.split("; "), theirs.split("; "), strict=False)
            ours, kept = next(((a, b) for a, b in parts if a != b), (mine, theirs))
            raise CheckpointError(
                f"`{path}` belongs to another run ({kept[:120]}), but this one is "
                f"({ours[:120]}); choose another checkpoint_dir or the arguments of that run."
            )
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.generator.set_state(state["generator"])
        torch.set_rng_state(state["global_generators"]["cpu"])
        if self.accelerator.device.type == "cuda":
            torch.cuda.set_rng_state(state["global_generators"]["cuda"])
        if self.accelerator.scaler is not None and "scaler" in state:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        self.step = state["step"]
        self.history = History(state["losses"], state["seconds"])
