"""ROC curves against counting, a Gaussian integral and scikit-learn."""

import math

import numpy as np
import pytest
import torch
from sklearn import metrics

from genedu.errors import InputError
from genedu.evaluation import roc_auc, roc_curve


def case(num, levels, seed):
    """Random labels, and scores with few distinct values: ties within and between the kinds."""
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.rand(num, generator=generator) < 0.3).long()
    labels[:2] = torch.tensor([0, 1])
    scores = (levels * torch.rand(num, generator=generator) + 0.5 * labels).floor()
    return scores, labels


@pytest.mark.parametrize("levels", [1, 3, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_the_area_is_the_chance_that_an_anomaly_scores_higher(levels, seed):
    scores, labels = case(60, levels, seed)
    high, low = scores[labels == 1][:, None], scores[labels == 0]
    assert levels == 1000 or (high == low).any()
    truth = ((high > low).double() + 0.5 * (high == low).double()).mean().item()
    assert roc_auc(scores, labels) == pytest.approx(truth, abs=1e-14)
    assert roc_auc(scores, labels.bool()) == roc_auc(scores, labels)
    assert roc_auc(-scores, labels) == pytest.approx(1 - truth, abs=1e-14)


@pytest.mark.parametrize("levels", [1, 3, 1000])
def test_every_point_of_the_curve_is_a_count(levels):
    scores, labels = case(40, levels, 7)
    curve = roc_curve(scores, labels)
    assert curve.thresholds[0] == math.inf
    assert sorted(set(scores.tolist()), reverse=True) == curve.thresholds[1:].tolist()
    for false, true, threshold in zip(*curve, strict=True):
        alarm = scores >= threshold
        assert false.item() == alarm[labels == 0].double().mean().item()
        assert true.item() == alarm[labels == 1].double().mean().item()


def test_the_curve_is_that_of_scikit_learn():
    scores, labels = case(500, 50, 3)
    theirs = metrics.roc_curve(labels.numpy(), scores.numpy(), drop_intermediate=False)
    for mine, other in zip(roc_curve(scores, labels), theirs, strict=True):
        np.testing.assert_allclose(mine.numpy(), other, atol=1e-14)
    auc = metrics.roc_auc_score(labels.numpy(), scores.numpy())
    assert roc_auc(scores, labels) == pytest.approx(auc, abs=1e-14)


@pytest.mark.parametrize("distance", [0.0, 0.5, 2.0])
def test_two_gaussians_have_a_known_area(distance):
    """s₁ - s₀ is N(d, 2), so that the area is Φ(d/√2); the quantiles stand for the draws."""
    quantiles = torch.special.ndtri((torch.arange(4000, dtype=torch.float64) + 0.5) / 4000)
    scores = torch.cat([quantiles, quantiles + distance])
    labels = torch.arange(2).repeat_interleave(4000)
    truth = 0.5 * (1 + math.erf(distance / 2))
    assert roc_auc(scores, labels) == pytest.approx(truth, abs=1e-4)


def test_what_does_not_fit_is_refused():
    scores, labels = torch.tensor([0.1, 0.2]), torch.tensor([0, 1])
    with pytest.raises(InputError, match=r"`labels` has shape \(1,\), but \(2,\) is accepted"):
        roc_auc(scores, labels[:1])
    with pytest.raises(InputError, match="`labels` has 0 anomalies among 2 examples"):
        roc_auc(scores, 0 * labels)
    with pytest.raises(InputError, match="binary values are accepted"):
        roc_auc(scores, labels + 1)
    with pytest.raises(InputError, match="NaN"):
        roc_auc(scores * math.nan, labels)
    with pytest.raises(InputError, match=r"`labels` is list"):
        roc_auc(scores, [0, 1])
