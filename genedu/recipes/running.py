"""Run a recipe: train its model, measure it."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import torch

from ..errors import CheckpointError, StorageError, require_folder, require_int
from ..files import write_atomic
from ..models import GenerativeModel
from ..training import CHECKPOINT_NAME, LARGEST_SEED, History, Progress, fit, require_device
from .book import resolve
from .recipe import Metric, Recipe, difference

__all__ = ["clear", "measure", "train"]

CLAIM = "recipe.txt"


def train(
    recipe: str | Recipe,
    *,
    budget: str = "quick",
    seed: int = 0,
    steps: int | None = None,
    device: str | torch.device = "auto",
    callbacks: Iterable[Callable[[Progress], None]] = (),
    progress: bool = True,
    checkpoint_dir: str | os.PathLike | None = None,
    checkpoint_every: int = 1000,
) -> tuple[GenerativeModel, History]:
    """Train a recipe and return its model and history.

    ``recipe`` is a name or a `Recipe`, ``budget`` is ``"quick"`` or ``"full"``; ``seed`` fixes
    parameters, batches and noise; ``steps`` stops earlier or later than the budget, whose
    schedule stays. The rest goes to `genedu.training.fit`: with ``checkpoint_dir``, a run that
    was killed goes on to the same numbers. Raises InputError for bad arguments, CheckpointError
    where the folder holds another run, StorageError where it cannot be written.

    >>> model, history = train("grbm-moons", steps=2, progress=False)
    >>> history.steps
    2
    """
    recipe = resolve(recipe)
    chosen = recipe.budget(budget)
    steps = chosen.steps if steps is None else require_int("steps", steps)
    require_int("seed", seed, minimum=0, maximum=LARGEST_SEED)  # before a folder is made
    require_device(device)
    dataset = recipe.data.load()
    model = recipe.build(seed)
    if recipe.start is not None:
        recipe.start(model, dataset)
    if checkpoint_dir is not None:
        _claim(require_folder("checkpoint_dir", checkpoint_dir), recipe, budget, seed)
    history = fit(
        model,
        dataset,
        steps=steps,
        batch_size=chosen.batch_size,
        lr=chosen.lr if chosen.schedule == "constant" else chosen.rate,
        optimizer=chosen.optimizer,
        precision=chosen.precision,
        seed=seed,
        device=device,
        callbacks=callbacks,
        progress=progress,
        checkpoint_dir=checkpoint_dir,
        checkpoint_every=checkpoint_every,
    )
    return model, history


def measure(recipe: str | Recipe, model: GenerativeModel) -> dict[str, Metric]:
    """Return the metrics of a recipe for ``model``, by name; the model is put in `eval` mode.

    >>> model, _ = train("grbm-moons", progress=False)
    >>> measure("grbm-moons", model)["angle to the first principal axis"].value < 10
    True
    """
    recipe = resolve(recipe)
    return dict(recipe.metrics(model.eval(), recipe.data))


def clear(folder: str | os.PathLike) -> None:
    """Forget the run in ``folder``, so that the next one there starts afresh.

    Its checkpoint is removed, and nothing else: a trained model stays until another replaces it.
    Raises StorageError where that is not allowed.
    """
    folder = require_folder("folder", folder)
    unfinished = folder.glob(f".{CHECKPOINT_NAME}.*")  # of a run that was killed while it wrote
    for path in (folder / CLAIM, folder / CHECKPOINT_NAME, *unfinished):
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise StorageError(
                f"cannot remove `{path}`: {error.strerror}; choose another folder."
            ) from error


def _claim(folder: Path, recipe: Recipe, budget: str, seed: int) -> None:
    """Note in the folder which recipe runs there; refuse a folder of another one.

    The checkpoint of `fit` knows shapes, data and seed, but not the schedule of the learning
    rate, nor an option of the model that leaves its shapes alone.
    """
    path = folder / CLAIM
    mine = f"{recipe.name}\nseed: {seed}\n{recipe.description(budget)}\n"
    try:
        theirs = path.read_text(encoding="utf8")
    except (FileNotFoundError, NotADirectoryError):  # writing says what is wrong with the latter
        write_atomic(path, mine.encode())
        return
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"cannot read `{path}` ({error}); choose another folder.") from error
    if theirs != mine:
        raise CheckpointError(
            f"`{folder}` holds another run ({difference(theirs, mine)}); choose another folder "
            "or start afresh (`genedu train … --no-resume`)."
        )
