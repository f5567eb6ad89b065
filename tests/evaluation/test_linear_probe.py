"""A linear probe against scikit-learn, and where the answer is known."""

import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from genedu.errors import InputError
from genedu.evaluation import linear_probe
from genedu.evaluation.probe import _logistic_regression


def blobs(num, classes, spread, seed, dim=5):
    """Points around one centre for each class; the centres do not depend on the seed."""
    centres = torch.randn(classes, dim, generator=torch.Generator().manual_seed(99))
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(num) % classes
    return centres[labels] + spread * torch.randn(num, dim, generator=generator), labels


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("penalty", [0.01, 1.0, 100.0])
def test_it_is_the_classifier_of_an_independent_solver(classes, penalty):
    x, y = blobs(40, classes, 1.0, seed=0)
    x = x.double()
    weight, bias = _logistic_regression(x, y, penalty)
    # two classes of scikit-learn share one weight, w₁ - w₀, whose square is twice ‖W‖²
    strength = 1 / penalty if classes > 2 else 2 / penalty
    theirs = LogisticRegression(C=strength, tol=1e-10, solver="newton-cg", max_iter=1000)
    theirs.fit(x.numpy(), y.numpy())
    if classes == 2:
        weight, bias = weight[:, 1:] - weight[:, :1], bias[1:] - bias[:1]
    np.testing.assert_allclose(weight.numpy(), theirs.coef_.T, atol=1e-5)
    shift = theirs.intercept_ - bias.numpy()  # biases are known up to a common constant
    np.testing.assert_allclose(shift - (classes > 2) * shift.mean(), 0, atol=1e-5)


@pytest.mark.parametrize("spread", [0.5, 1.5])
def test_its_accuracy_is_that_of_the_independent_solver(spread):
    scale = torch.tensor([1e3, 1.0, 1e-3, 1.0, 5.0])  # features in units that differ
    (x, y), (test_x, test_y) = blobs(40, 4, spread, seed=1), blobs(500, 4, spread, seed=2)
    x, test_x = x * scale + 10, test_x * scale + 10
    scaler = StandardScaler().fit(x.double().numpy())
    theirs = LogisticRegression(C=1 / 0.3, tol=1e-10, solver="newton-cg", max_iter=1000)
    theirs.fit(scaler.transform(x.double().numpy()), y.numpy())
    wanted = theirs.score(scaler.transform(test_x.double().numpy()), test_y.numpy())
    assert linear_probe(x, y, test_x, test_y, penalty=0.3) == pytest.approx(wanted, abs=1e-12)
    assert 0.3 < wanted < 1


@pytest.mark.parametrize("dim", [5, 200])
def test_the_solution_has_no_slope(dim):
    """The gradient of the penalised loss, written out: Xᵀ(p - y) + λW and Σ(p - y)."""
    x, y = blobs(30, 3, 1.0, seed=3, dim=dim)
    x = x.double()
    weight, bias = _logistic_regression(x, y, 0.5)
    residual = torch.softmax(x @ weight + bias, 1) - torch.nn.functional.one_hot(y)
    assert (x.T @ residual + 0.5 * weight).abs().max() < 1e-6
    assert residual.sum(0).abs().max() < 1e-6


def test_classes_apart_are_told_apart_and_noise_is_not():
    (x, y), (test_x, test_y) = blobs(20, 4, 0.01, seed=4), blobs(400, 4, 0.01, seed=5)
    assert linear_probe(x, y, test_x, test_y) == 1.0
    generator = torch.Generator().manual_seed(6)
    noise, test_noise = (torch.randn(num, 5, generator=generator) for num in (200, 10_000))
    chance = linear_probe(noise, torch.arange(200) % 4, test_noise, torch.arange(10_000) % 4)
    assert abs(chance - 0.25) < 4 * math.sqrt(0.25 * 0.75 / 10_000)


def test_a_linear_classifier_cannot_tell_an_exclusive_or():
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    labels = torch.tensor([0, 1, 1, 0])
    product = (corners[:, :1] - 0.5) * (corners[:, 1:] - 0.5)
    assert linear_probe(corners, labels, corners, labels) <= 0.75
    both = torch.cat([corners, product], 1)
    assert linear_probe(both, labels, both, labels) == 1.0


def test_names_of_classes_units_and_constant_features_do_not_matter():
    (x, y), (test_x, test_y) = blobs(40, 3, 1.5, seed=7), blobs(300, 3, 1.5, seed=8)
    value = linear_probe(x, y, test_x, test_y)
    names = torch.tensor([70, -1, 3])
    assert linear_probe(x, names[y], test_x, names[test_y]) == value
    assert linear_probe(1000 * x - 7, y, 1000 * test_x - 7, test_y) == value
    constant = torch.cat([x, torch.ones(40, 1)], 1), torch.cat([test_x, torch.ones(300, 1)], 1)
    assert linear_probe(constant[0], y, constant[1], test_y) == value


def test_a_class_that_was_never_shown_is_an_error():
    x, y = blobs(40, 4, 0.01, seed=9)
    shown = y < 3
    assert linear_probe(x[shown], y[shown], x, y) == 0.75


def test_it_works_without_gradients_and_leaves_none():
    x, y = blobs(20, 2, 1.0, seed=10)
    x.requires_grad_()
    with torch.no_grad():
        value = linear_probe(x, y, x, y)
    assert value == linear_probe(x, y, x, y)
    assert x.grad is None


def test_what_does_not_fit_is_refused():
    x, y = blobs(8, 2, 1.0, seed=0)
    with pytest.raises(InputError, match=r"`test_features` has shape \(8, 2\), but \(num_test, 5"):
        linear_probe(x, y, x[:, :2], y)
    with pytest.raises(InputError, match=r"`labels` is torch.float32 of shape \(8,\), but integ"):
        linear_probe(x, y.float(), x, y)
    with pytest.raises(InputError, match=r"`test_labels` is .* of shape \(7,\)"):
        linear_probe(x, y, x, y[:7])
    with pytest.raises(InputError, match="`labels` has 1 class"):
        linear_probe(x, 0 * y, x, y)
    with pytest.raises(InputError, match="`penalty` is 0"):
        linear_probe(x, y, x, y, penalty=0)
    with pytest.raises(InputError, match="`test_labels` has 0 examples"):
        linear_probe(x, y, x[:0], y[:0])
