"""The manifest of a folder of trained models: what each is, and what its file must be.

Weights and manifest are two files. The name of a weight file ends with the beginning of its
SHA-256, and the manifest, which names it, is written after it: whenever the process is killed, the
old or the new model is there, whole.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import CheckpointError, StorageError, require_folder
from ..files import set_aside, sha256, write_atomic
from .recipe import Metric

__all__ = ["SHIPPED", "Checkpoint", "checkpoints", "enter", "find", "remedy"]

SHIPPED = Path(__file__).parent / "checkpoints"  # what comes with the package
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Checkpoint:
    """What the manifest says of one trained model."""

    file: str  # in the folder of the manifest
    sha256: str
    size: int  # bytes
    parameters: int  # how many numbers were learned
    recipe: str  # `Recipe.description` at the time
    recipe_hash: str
    budget: str
    seed: int
    steps: int
    seconds: float
    device: str
    metrics: dict[str, Metric]  # of the model as it is stored
    first_losses: dict[str, list[float]]  # of a run on the CPU: they change when the code does
    data: str
    licence: str  # of the data
    made: str  # date and versions

    @property
    def seal(self) -> str:
        """SHA-256 of all of it: an entry that was edited by hand does not fit its seal."""
        return sha256(json.dumps(asdict(self), sort_keys=True).encode())


def checkpoints(folder: str | os.PathLike | None = None) -> dict[str, Checkpoint]:
    """Return what the manifest of a folder says, by recipe; without ``folder``, of what ships.

    A folder without a manifest has no checkpoints. Raises StorageError where the manifest cannot
    be read, CheckpointError where it is damaged or an entry was edited.

    >>> checkpoints()["rbm-mnist-20"].budget
    'full'
    """
    return {name: _entry(name, row, folder) for name, row in _rows(folder).items()}


def find(name: str, folder: str | os.PathLike | None) -> Checkpoint:
    """Return one entry, or raise CheckpointError; other entries are not looked at."""
    rows = _rows(folder)
    if name in rows:
        return _entry(name, rows[name], folder)
    where = "with genedu" if folder is None else f"in `{folder}`"
    others = f" (there are: {', '.join(rows)})" if rows else ""
    raise CheckpointError(
        f"there is no trained '{name}' {where}{others}; run `genedu train {name}`, or "
        "recipes.train in a notebook."
    )


def enter(name: str, entry: Checkpoint, folder: Path, weights: bytes) -> None:
    """Write weights and then the entry that names them; remove the file of the entry before.

    A damaged manifest of a run is set aside, for the run must not be lost; one that ships is not.
    """
    try:
        rows = _rows(folder)
    except CheckpointError:
        if folder == SHIPPED:
            raise
        set_aside(folder / MANIFEST)
        rows = {}
    before = rows.get(name, {}).get("file")
    rows[name] = asdict(entry) | {"seal": entry.seal}
    text = json.dumps(dict(sorted(rows.items())), indent=2, ensure_ascii=False) + "\n"
    write_atomic(folder / entry.file, weights)
    write_atomic(folder / MANIFEST, text.encode())
    if before != entry.file and _is_weights(before, name):
        (folder / before).unlink(missing_ok=True)


def remedy(folder: str | os.PathLike | None, name: str = "RECIPE") -> str:
    """Say what helps where a checkpoint cannot be used."""
    if folder is None or Path(folder) == SHIPPED:
        return f"install genedu again, or run `genedu train {name} --budget full --ship`."
    return f"run `genedu train {name} --no-resume --out {folder}`, with the budget you want."


def _rows(folder: str | os.PathLike | None) -> dict[str, dict]:
    path = (SHIPPED if folder is None else require_folder("folder", folder)) / MANIFEST
    try:
        rows = json.loads(path.read_bytes())
        if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
            raise ValueError("it is no table of entries")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise StorageError(f"cannot read `{path}`: {error.strerror}.") from error
    except ValueError as error:  # JSON and Unicode errors among them
        raise CheckpointError(
            f"`{path}` is damaged: it is not a manifest ({error}); {remedy(folder)}"
        ) from error
    return rows


def _entry(name: str, row: dict, folder: str | os.PathLike | None) -> Checkpoint:
    path = (SHIPPED if folder is None else Path(folder)) / MANIFEST
    try:
        fields = {key: value for key, value in row.items() if key != "seal"}
        fields["metrics"] = {key: Metric(*each) for key, each in row["metrics"].items()}
        entry = Checkpoint(**fields)
    except (AttributeError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"the entry '{name}' of `{path}` is not one that this version of genedu writes "
            f"({error}); {remedy(folder, name)}"
        ) from error
    if entry.seal != row.get("seal"):
        raise CheckpointError(
            f"the entry '{name}' of `{path}` was edited (its seal does not fit); "
            f"{remedy(folder, name)}"
        )
    return entry


def _is_weights(file: object, name: str) -> bool:
    """Whether ``file`` is a name that a trained ``name`` may have: nothing else is removed."""
    return isinstance(file, str) and Path(file).name == file and file.startswith(f"{name}-")
