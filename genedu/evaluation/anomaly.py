"""How well a score tells anomalies from the rest, whatever the threshold."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from ..errors import InputError, require_tensor

__all__ = ["RocCurve", "roc_auc", "roc_curve"]


class RocCurve(NamedTuple):
    """Rates of false and true alarms where scores from ``thresholds`` upward raise the alarm."""

    false_positive_rate: Tensor
    true_positive_rate: Tensor
    thresholds: Tensor


def roc_curve(scores: Tensor, labels: Tensor) -> RocCurve:
    """Return the receiver operating characteristic of a score (Green and Swets 1966).

    ``scores`` ``(num,)`` are larger for what looks more like an anomaly, such as ``-elbo`` in
    nats; ``labels`` ``(num,)`` are 1 (or True) for an anomaly and 0 for a normal example. The
    rates are float64 and run from (0, 0), at the threshold infinity, to (1, 1); there is one
    threshold for each distinct score, in falling order. Raises InputError where the shapes do not
    fit, a score is not finite or one of the two kinds is missing.

    >>> curve = roc_curve(torch.tensor([0.1, 0.4, 0.4, 0.8]), torch.tensor([0, 0, 1, 1]))
    >>> curve.false_positive_rate.tolist(), curve.true_positive_rate.tolist()
    ([0.0, 0.0, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0])
    """
    require_tensor("scores", scores, ("num",))
    if not isinstance(labels, Tensor):
        raise InputError(f"`labels` is {type(labels).__name__}, but a torch.Tensor is accepted.")
    positive = require_tensor("labels", labels.double(), (len(scores),), binary=True)
    if not 0 < positive.sum() < len(positive):
        raise InputError(
            f"`labels` has {int(positive.sum())} anomalies among {len(positive)} examples, but at "
            "least one of each kind is accepted."
        )
    # Equal scores raise the alarm together: one point of the curve for each distinct score.
    thresholds, place = torch.unique(scores.detach(), return_inverse=True)
    counts = torch.zeros(2, len(thresholds), dtype=torch.float64, device=scores.device)
    counts[0].index_add_(0, place, 1 - positive)
    counts[1].index_add_(0, place, positive)
    alarms = torch.nn.functional.pad(counts.flip(1).cumsum(1), (1, 0))
    rates = alarms / alarms[:, -1:]
    infinity = thresholds.new_full((1,), math.inf)
    return RocCurve(rates[0], rates[1], torch.cat([infinity, thresholds.flip(0)]))


def roc_auc(scores: Tensor, labels: Tensor) -> float:
    """Return the area under `roc_curve`, a number in [0, 1]; 0.5 is the level of chance.

    It is the probability that an anomaly drawn at random has a larger score than a normal example
    drawn at random, ties counted one half (Hanley and McNeil 1982). Arguments and errors are
    those of `roc_curve`.

    >>> roc_auc(torch.tensor([0.1, 0.4, 0.4, 0.8]), torch.tensor([0, 0, 1, 1]))
    0.875
    """
    curve = roc_curve(scores, labels)
    # P(s₁ > s₀) + ½ P(s₁ = s₀): the trapezium under a slanted piece is its ties, counted ½
    return torch.trapezoid(curve.true_positive_rate, curve.false_positive_rate).item()
