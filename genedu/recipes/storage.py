"""Trained models on disk: float16 weights in safetensors, checked before they are used."""

import os
from datetime import date
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from .. import __version__
from ..errors import CheckpointError, InputError, StorageError
from ..files import sha256
from ..models import GenerativeModel
from ..training import History
from . import manifest
from .book import resolve
from .manifest import Checkpoint, remedy
from .recipe import Recipe, difference
from .running import measure, train

__all__ = ["load", "save", "ship"]

MAX_BYTES = 2_000_000  # of a file that ships: a reader of the site may have to fetch it
PROBE_STEPS = 5


def load(recipe: str | Recipe, folder: str | os.PathLike | None = None) -> GenerativeModel:
    """Return the trained model of a recipe, on the CPU and in `eval` mode.

    ``folder`` is one that ``genedu train`` wrote, such as ``runs/rbm-mnist-20-quick-seed0``;
    without it the model comes with the package. Raises CheckpointError where there is none, where
    its file is damaged, or where the recipe has changed since; StorageError where it cannot be
    read; InputError for an unknown name.

    >>> load("rbm-mnist-20").weight.shape
    torch.Size([784, 20])
    """
    recipe = resolve(recipe)
    entry = manifest.find(recipe.name, folder)
    return _restored(recipe, _weights(recipe, entry, folder), folder)


def save(
    recipe: str | Recipe,
    model: GenerativeModel,
    history: History,
    folder: str | os.PathLike,
    *,
    budget: str,
    seed: int,
) -> Checkpoint:
    """Write a trained model and its entry of the manifest into ``folder``; return the entry.

    The weights are kept in float16, and the metrics are those of the model that `load` will
    give. Raises StorageError where the folder cannot be written.
    """
    recipe = resolve(recipe)
    state = {name: _stored(value) for name, value in model.state_dict().items()}
    weights = safetensors.torch.save(state)
    digest = sha256(weights)
    _, probe = train(
        recipe, budget=budget, seed=seed, steps=PROBE_STEPS, device="cpu", progress=False
    )
    device = model.device
    entry = Checkpoint(
        file=f"{recipe.name}-{digest[:8]}.safetensors",
        sha256=digest,
        size=len(weights),
        parameters=sum(value.numel() for value in model.parameters()),
        recipe=recipe.description(budget),
        recipe_hash=recipe.hash(budget),
        budget=budget,
        seed=seed,
        steps=history.steps,
        seconds=round(history.seconds, 1),
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        metrics=measure(recipe, _restored(recipe, weights, folder)),
        first_losses=probe.losses,
        data=f"{recipe.data.name}, {recipe.data.train:,} examples to learn from and "
        f"{recipe.data.test:,} to measure on",
        licence=recipe.data.load("test").licence,
        made=f"{date.today()} with genedu {__version__} and torch {torch.__version__}",
    )
    manifest.enter(recipe.name, entry, Path(folder), weights)
    return entry


def ship(recipe: str | Recipe, folder: str | os.PathLike) -> Checkpoint:
    """Copy the trained model in ``folder`` into the package; return its entry.

    Raises InputError unless it is a whole ``full`` run of at most 2 MB, else what `load` raises.
    """
    recipe = resolve(recipe)
    entry = manifest.find(recipe.name, folder)
    if entry.budget != "full" or entry.steps != recipe.full.steps:
        raise InputError(
            f"`{folder}` holds {entry.steps} steps of the {entry.budget} budget, but only all "
            f"{recipe.full.steps} of the full one ship; run `genedu train {recipe.name} "
            "--budget full --ship`."
        )
    if entry.size > MAX_BYTES:
        raise InputError(
            f"the trained '{recipe.name}' has {entry.size:,} bytes, but at most {MAX_BYTES:,} "
            "ship; make the model smaller."
        )
    manifest.enter(recipe.name, entry, manifest.SHIPPED, _weights(recipe, entry, folder))
    return entry


def _weights(recipe: Recipe, entry: Checkpoint, folder: str | os.PathLike | None) -> bytes:
    """The bytes that an entry vouches for, or an error that says why not."""
    name, help = recipe.name, remedy(folder, recipe.name)
    if entry.recipe_hash != recipe.hash(entry.budget):
        changed = difference(entry.recipe, recipe.description(entry.budget))
        raise CheckpointError(
            f"the trained '{name}' is stale, for its recipe has changed ({changed}); {help}"
        )
    path = (manifest.SHIPPED if folder is None else Path(folder)) / entry.file
    try:
        weights = path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"cannot read `{path}`, the trained '{name}' ({error.strerror}); {help}"
        ) from error
    if len(weights) != entry.size:
        raise CheckpointError(
            f"`{path}`, the trained '{name}', is damaged ({len(weights):,} bytes in place of "
            f"{entry.size:,}); {help}"
        )
    if sha256(weights) != entry.sha256:
        raise CheckpointError(
            f"`{path}`, the trained '{name}', is damaged (its SHA-256 does not fit); {help}"
        )
    return weights


def _stored(value: Tensor) -> Tensor:
    """A tensor as it is kept: in float16, unless it is no float or too large for one."""
    value = value.detach().cpu().clone().contiguous()
    half = value.half() if value.is_floating_point() else value
    return half if half.isfinite().all() else value


def _restored(recipe: Recipe, weights: bytes, folder: str | os.PathLike | None) -> GenerativeModel:
    """The model with these weights, in its own precision."""
    model = recipe.build()
    try:
        model.load_state_dict(safetensors.torch.load(weights))
    except (SafetensorError, RuntimeError) as error:
        why = str(error).splitlines()[-1].strip()
        raise CheckpointError(
            f"the trained '{recipe.name}' does not fit its model as the code has it now ({why}); "
            f"{remedy(folder, recipe.name)}"
        ) from error
    return model.eval()
