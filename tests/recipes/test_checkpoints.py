"""Trained models on disk: what comes back is what was measured, and what is damaged is refused."""

import json
import shutil
from dataclasses import replace
from functools import partial

import pytest
import safetensors.torch
import torch
from tiny import TINY

from genedu import recipes
from genedu.errors import CheckpointError, InputError, StorageError
from genedu.files import sha256
from genedu.models import RBM
from genedu.recipes import manifest
from genedu.recipes.energy_based import exact_likelihood

QUIET = {"device": "cpu", "progress": False}


def trained(folder, recipe=TINY, budget="full", **options):
    model, history = recipes.train(recipe, budget=budget, **QUIET, **options)
    return model, recipes.save(recipe, model, history, folder, budget=budget, seed=0)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    folder = tmp_path_factory.mktemp("original")
    trained(folder)
    return folder


@pytest.fixture
def folder(original, tmp_path):
    return shutil.copytree(original, tmp_path / "copy")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that ships nothing yet."""
    monkeypatch.setattr(manifest, "SHIPPED", tmp_path / "shipped")
    return tmp_path / "shipped"


def weights_of(folder):
    (path,) = folder.glob("*.safetensors")
    return path


def test_what_comes_back_is_the_model_rounded_to_float16(tmp_path):
    model, entry = trained(tmp_path)
    back = recipes.load(TINY, tmp_path)
    assert not back.training
    for name, value in model.state_dict().items():
        stored = back.state_dict()[name]
        assert stored.dtype == value.dtype
        assert torch.equal(stored, value.half().float()), name
    truth = exact_likelihood(back, TINY.data)["test log-likelihood"]
    assert entry.metrics == {"test log-likelihood": truth}  # of the rounded model, not the other
    assert entry.parameters == 784 * 3 + 784 + 3
    path = weights_of(tmp_path)
    assert (entry.file, entry.size) == (path.name, path.stat().st_size)
    assert entry.sha256 == sha256(path.read_bytes())
    assert recipes.checkpoints(tmp_path) == {"tiny": entry}


def test_numbers_too_large_for_float16_are_kept_as_they_are(tmp_path):
    model, history = recipes.train(TINY, budget="full", **QUIET)
    model.visible_bias.data[0] = 1e6
    model.register_buffer("count", torch.tensor(70_001))
    recipes.save(
        replace(TINY, model=partial(counting, TINY.model)),
        model, history, tmp_path, budget="full", seed=0,
    )  # fmt: skip
    stored = safetensors.torch.load_file(weights_of(tmp_path))
    assert stored["visible_bias"].dtype == torch.float32
    assert stored["weight"].dtype == torch.float16
    assert stored["count"] == 70_001


def counting(model):
    model.register_buffer("count", torch.tensor(0))
    return model


def test_saving_again_replaces_the_file_and_leaves_others_alone(folder):
    other = folder / "tiny-notes.txt"
    other.write_text("mine")
    before = weights_of(folder)
    model, history = recipes.train(TINY, budget="full", seed=1, **QUIET)
    recipes.save(TINY, model, history, folder, budget="full", seed=1)
    assert weights_of(folder) != before
    assert other.exists()
    assert recipes.checkpoints(folder)["tiny"].seed == 1


def test_a_damaged_manifest_is_set_aside_when_a_run_ends(folder):
    (folder / "manifest.json").write_text("junk")
    with pytest.raises(CheckpointError, match="is damaged"):
        recipes.load(TINY, folder)
    model, history = recipes.train(TINY, budget="full", seed=1, **QUIET)
    recipes.save(TINY, model, history, folder, budget="full", seed=1)
    assert (folder / "manifest.json.damaged-1").read_text() == "junk"
    assert recipes.load(TINY, folder).state_dict().keys() == model.state_dict().keys()


def test_a_folder_belongs_to_one_seed_until_it_is_cleared(tmp_path):
    recipes.train(TINY, seed=1, steps=2, checkpoint_dir=tmp_path, **QUIET)
    with pytest.raises(CheckpointError, match=r"holds another run .*seed: 1 then, 2 now"):
        recipes.train(TINY, seed=2, steps=2, checkpoint_dir=tmp_path, **QUIET)
    half_written = tmp_path / ".fit.ckpt.12345"
    half_written.write_bytes(b"?")
    recipes.clear(tmp_path)
    assert not half_written.exists()
    recipes.train(TINY, seed=2, steps=2, checkpoint_dir=tmp_path, **QUIET)


@pytest.mark.parametrize("wrong", [{"seed": 2**32}, {"device": "cuda:7"}, {"budget": "huge"}])
def test_a_run_that_cannot_begin_leaves_nothing_behind(tmp_path, wrong):
    with pytest.raises(InputError, match=f"`{next(iter(wrong))}` is"):
        recipes.train(TINY, checkpoint_dir=tmp_path / "run", **{**QUIET, **wrong})
    assert not (tmp_path / "run").exists()


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "damage, told",
    [
        (flipped, r"tiny-.*safetensors`, the trained 'tiny', is damaged \(its SHA-256"),
        (lambda content: content[:-10], r"is damaged \([\d,]+ bytes in place of [\d,]+\)"),
        (lambda content: b"", r"is damaged \(0 bytes in place of"),
    ],
)
def test_damaged_weights_are_refused(folder, damage, told):
    path = weights_of(folder)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CheckpointError, match=told) as caught:
        recipes.load(TINY, folder)
    remedy = f"run `genedu train tiny --no-resume --out {folder}`, with the budget you want."
    assert str(caught.value).endswith(remedy)


def test_missing_weights_are_named(folder):
    weights_of(folder).unlink()
    with pytest.raises(StorageError, match=r"cannot read `.*tiny-\w+\.safetensors`.*No such file"):
        recipes.load(TINY, folder)


def edit(folder, change):
    path = folder / "manifest.json"
    rows = json.loads(path.read_text())
    change(rows["tiny"])
    path.write_text(json.dumps(rows))


@pytest.mark.parametrize("field", ["sha256", "recipe_hash", "metrics", "seed", "licence", "seal"])
def test_an_edited_manifest_is_refused(folder, field):
    other = {"metrics": {"test log-likelihood": [-1.0, "nats", 0.0]}, "seed": 1}
    edit(folder, lambda row: row.update({field: other.get(field, "something else")}))
    with pytest.raises(CheckpointError, match=r"entry 'tiny' of `.*manifest\.json` was edited"):
        recipes.load(TINY, folder)


def test_an_entry_of_another_form_is_refused(folder):
    edit(folder, lambda row: row.pop("budget"))
    with pytest.raises(CheckpointError, match=r"'tiny'.*not one that this version of genedu"):
        recipes.load(TINY, folder)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"tiny": 1}'])
def test_a_damaged_manifest_is_refused(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"manifest\.json` is damaged: it is not a manifest"):
        recipes.load(TINY, folder)


def test_a_changed_recipe_makes_its_model_stale(folder):
    changed = replace(TINY, full=replace(TINY.full, lr=0.02))
    with pytest.raises(
        CheckpointError, match=r"'tiny' is stale.*lr=0\.01.* then, .*lr=0\.02.*now"
    ):
        recipes.load(changed, folder)


class OtherRBM(RBM):
    """The same name and arguments in the recipe, and one parameter more."""

    __qualname__ = "RBM"

    def __init__(self, num_visible, num_hidden, method, num_chains):
        super().__init__(num_visible, num_hidden, method, num_chains=num_chains)
        self.extra = torch.nn.Parameter(torch.zeros(1))


def test_a_model_whose_code_has_changed_is_refused(folder):
    changed = replace(TINY, model=partial(OtherRBM, 784, 3, method="pcd", num_chains=10))
    assert changed.hash("full") == TINY.hash("full")
    with pytest.raises(CheckpointError, match=r"does not fit its model.*[Mm]issing key.*extra"):
        recipes.load(changed, folder)


def test_a_model_that_is_not_there_is_told(folder, tmp_path):
    with pytest.raises(CheckpointError, match=r"no trained 'grbm-moons' in .*\(there are: tiny\)"):
        recipes.load("grbm-moons", folder)
    with pytest.raises(CheckpointError, match="no trained 'tiny' with genedu"):
        recipes.load(TINY)
    assert recipes.checkpoints(tmp_path) == {}
    with pytest.raises(InputError, match="did you mean"):
        recipes.load("rbm-mnist-2")


def test_a_full_run_ships_and_the_package_has_it(folder, package):
    entry = recipes.ship(TINY, folder)
    assert entry == recipes.checkpoints()["tiny"] == recipes.checkpoints(folder)["tiny"]
    assert torch.equal(recipes.load(TINY).weight, recipes.load(TINY, folder).weight)


def test_a_shipped_model_that_is_damaged_says_how_to_have_it_again(folder, package):
    recipes.ship(TINY, folder)
    path = weights_of(package)
    path.write_bytes(flipped(path.read_bytes()))
    told = "install genedu again, or run `genedu train tiny --budget full --ship`"
    with pytest.raises(CheckpointError, match=told):
        recipes.load(TINY)
    recipes.ship(TINY, folder)  # and that does help
    recipes.load(TINY)


def test_what_is_not_a_whole_full_run_does_not_ship(tmp_path, package, monkeypatch):
    trained(tmp_path / "short", steps=3)
    with pytest.raises(InputError, match=r"holds 3 steps of the full budget, but only all 8"):
        recipes.ship(TINY, tmp_path / "short")
    trained(tmp_path / "quick", budget="quick", steps=8)
    with pytest.raises(InputError, match="of the quick budget"):
        recipes.ship(TINY, tmp_path / "quick")
    trained(tmp_path / "full")
    monkeypatch.setattr("genedu.recipes.storage.MAX_BYTES", 100)
    with pytest.raises(InputError, match=r"bytes, but at most 100 ship"):
        recipes.ship(TINY, tmp_path / "full")
    assert not package.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"cannot write .*file"):
        trained(tmp_path / "file")
