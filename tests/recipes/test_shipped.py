"""What ships with the package is what its manifest and its recipes say today."""

import pytest
import torch

from genedu import recipes
from genedu.recipes import manifest
from genedu.recipes.storage import MAX_BYTES, PROBE_STEPS

SHIPPED = sorted(recipes.checkpoints())


def again(name):
    return f"the trained '{name}' is stale: run genedu train {name} --budget full --ship"


def test_every_file_has_an_entry_and_every_entry_a_recipe():
    files = {path.name for path in manifest.SHIPPED.iterdir()}
    entries = recipes.checkpoints().values()
    assert files == {manifest.MANIFEST, *(entry.file for entry in entries)}
    assert set(SHIPPED) <= set(recipes.names())
    assert all(entry.size <= MAX_BYTES for entry in entries)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_recipe_is_the_one_that_was_run(name):
    recipe, entry = recipes.get(name), recipes.checkpoints()[name]
    assert entry.recipe_hash == recipe.hash("full"), again(name)
    assert (entry.recipe, entry.budget) == (recipe.description("full"), "full"), again(name)
    assert entry.steps == recipe.full.steps, again(name)
    assert entry.licence == recipe.data.load("test").licence, again(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_code_still_begins_the_same_run(name):
    entry = recipes.checkpoints()[name]
    _, history = recipes.train(
        name, budget="full", seed=entry.seed, steps=PROBE_STEPS, device="cpu", progress=False
    )
    now, then = (torch.tensor([*each.values()]) for each in (history.losses, entry.first_losses))
    torch.testing.assert_close(now, then, rtol=1e-3, atol=1e-3, msg=again(name))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_metrics_are_those_of_the_model_that_ships(name):
    entry = recipes.checkpoints()[name]
    now = recipes.measure(name, recipes.load(name))
    assert set(now) == set(entry.metrics), again(name)
    for key, metric in now.items():
        then = entry.metrics[key]
        assert metric.unit == then.unit
        # float32 rounds differently on another machine; an estimate then draws other numbers
        assert metric.value == pytest.approx(then.value, rel=1e-4, abs=4 * then.error + 1e-4), key
