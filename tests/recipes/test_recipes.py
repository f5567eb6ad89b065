"""Recipes: what defines their numbers, and that training keeps to it."""

from dataclasses import dataclass, replace
from functools import partial

import pytest
import torch
from tiny import TINY
from torch import nn

from genedu import data, recipes
from genedu.errors import CheckpointError, InputError
from genedu.models import RBM
from genedu.recipes import Budget, Data, Metric
from genedu.recipes.recipe import build, describe, difference
from genedu.training import fit

QUIET = {"device": "cpu", "progress": False}


@pytest.mark.parametrize("name", recipes.names())
def test_every_recipe_runs_and_is_described(name):
    recipe = recipes.get(name)
    _, history = recipes.train(name, steps=2, **QUIET)
    assert history.steps == 2
    assert recipe.use.endswith(".")
    assert recipe.limits.endswith(".")
    assert recipe.description("full").count("\n") == 3


def test_names_are_unique():
    assert len(set(recipes.names())) == len(recipes.names())


def test_a_recipe_is_fixed_by_its_seed():
    first, again, other = (
        recipes.train(TINY, steps=3, seed=seed, **QUIET)[0].weight for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_training_is_fit_with_what_the_recipe_says():
    model, history = recipes.train(TINY, budget="full", seed=2, **QUIET)
    x = data.load("mnist", size=60).binarized().flattened().x
    torch.manual_seed(2)
    other = RBM(784, 3, method="pcd", num_chains=10)
    ink = x.mean(0).clamp(0.01, 0.99)
    other.visible_bias.data.copy_((ink / (1 - ink)).log())
    same = fit(other, x, steps=8, batch_size=10, lr=0.01, seed=2, **QUIET)
    assert history.losses == same.losses
    torch.testing.assert_close(model.weight, other.weight)


def test_the_global_generator_is_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    recipes.train(TINY, steps=1, **QUIET)
    assert torch.equal(torch.rand(3), expected)


def test_schedules():
    def rates(schedule):
        return [Budget(8, lr=2.0, schedule=schedule).rate(step) for step in (0, 2, 4, 6, 8, 9)]

    assert rates("constant") == [2.0] * 6
    assert rates("linear") == [2.0, 2.0, 2.0, 1.0, 0.0, 0.0]
    assert rates("cosine") == pytest.approx([2, 1 + 2**-0.5, 1, 1 - 2**-0.5, 0, 0])


@pytest.mark.parametrize("given", [{"steps": 0}, {"lr": -1}, {"schedule": "cosin"}])
def test_a_bad_budget_is_refused(given):
    with pytest.raises(InputError, match=f"`{next(iter(given))}`"):
        Budget(**{"steps": 1, **given})


def test_partials_inside_a_model_are_built_first():
    model = build(partial(nn.Sequential, partial(nn.Linear, 3, out_features=2), partial(nn.ReLU)))
    assert model(torch.zeros(5, 3)).shape == (5, 2)


def test_a_description_says_what_was_given_however_it_was_given():
    assert describe(partial(RBM, 784, 20)) == describe(
        partial(RBM, num_hidden=20, num_visible=784)
    )
    assert describe(partial(nn.Sequential, partial(nn.Linear, 3, 2))) == (
        "Sequential(args=[Linear(in_features=3, out_features=2)])"
    )
    assert describe({"b": 1, "a": nn.ReLU}) == "dict(a=ReLU, b=1)"
    assert describe([1.5, None, ("a", True)]) == "[1.5, None, ['a', True]]"


@pytest.mark.parametrize("nameless", [lambda: 1, partial(lambda x: x, 1), object(), {1}])
def test_what_has_no_stable_name_is_refused(nameless):
    with pytest.raises(InputError, match="has no stable name"):
        describe(nameless)


def test_an_option_at_its_default_changes_no_description():
    @dataclass(frozen=True)
    class Later:  # the same class after somebody has added an option
        name: str
        train: int
        added: bool = False

    assert describe(Later("moons", 5)) == "Later(name='moons', train=5)"
    assert "binary" not in describe(Data("moons", 5, 5))


@pytest.mark.parametrize(
    "change, changed",
    [
        ({"data": replace(TINY.data, train=61)}, True),
        ({"data": replace(TINY.data, binary=False)}, True),
        ({"model": partial(RBM, 784, 3, method="pcd", num_chains=11)}, True),
        ({"start": None}, True),
        ({"full": replace(TINY.full, lr=0.02)}, True),
        ({"full": replace(TINY.full, schedule="linear")}, True),
        ({"quick": replace(TINY.quick, steps=5)}, False),
        ({"summary": "in other words", "use": "Other."}, False),
    ],
)
def test_the_hash_of_a_budget_changes_with_what_defines_its_numbers(change, changed):
    other = replace(TINY, **change)
    assert (other.hash("full") != TINY.hash("full")) == changed
    if changed:
        then, now = TINY.description("full"), other.description("full")
        assert difference(then, now).startswith(next(iter(change)).replace("full", "budget"))


def test_the_folder_of_another_run_is_refused_until_it_is_cleared(tmp_path):
    recipes.train(TINY, steps=2, checkpoint_dir=tmp_path, **QUIET)
    other = replace(TINY, quick=replace(TINY.quick, schedule="linear"))
    with pytest.raises(CheckpointError, match=r"budget: .*cosine.* then, .*linear.* now.*afresh"):
        recipes.train(other, steps=2, checkpoint_dir=tmp_path, **QUIET)
    with pytest.raises(CheckpointError, match="holds another run"):
        recipes.train(TINY, budget="full", checkpoint_dir=tmp_path, **QUIET)
    recipes.clear(tmp_path)
    _, history = recipes.train(other, steps=1, checkpoint_dir=tmp_path, **QUIET)
    assert history.steps == 1


@pytest.mark.parametrize(
    "recipe, options, told",
    [
        ("rbm-mnist-21", {}, "did you mean 'rbm-mnist-20'"),
        (7, {}, "`recipe` is int"),
        ("grbm-moons", {"budget": "ful"}, "did you mean 'full'"),
        ("grbm-moons", {"seed": -1}, "`seed` is -1"),
        ("grbm-moons", {"steps": 0}, "`steps` is 0"),
    ],
)
def test_bad_arguments(recipe, options, told):
    with pytest.raises(InputError, match=told):
        recipes.train(recipe, **options, **QUIET)


def test_a_metric_prints_its_unit_and_its_error():
    assert str(Metric(-150.24, "nats")) == "-150.2 nats"
    assert str(Metric(-104.03, "nats", 0.216)) == "-104 ± 0.22 nats"
    assert str(Metric(0.5)) == "0.5"
