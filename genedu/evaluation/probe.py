"""What a linear classifier can read from features: a measure of a representation."""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from ..errors import InputError, require_number, require_tensor

__all__ = ["linear_probe"]

CURVATURE = 0.01  # p(1 - p) of a fairly sure guess: it sets the speed, not the result


def linear_probe(
    features: Tensor,
    labels: Tensor,
    test_features: Tensor,
    test_labels: Tensor,
    *,
    penalty: float = 1.0,
) -> float:
    """Return the share of test examples that a linear classifier of the features gets right.

    ``features`` ``(num, D)`` with integer ``labels`` ``(num,)`` train a logistic regression
    (Alain and Bengio 2017), ``test_features`` ``(num_test, D)`` and ``test_labels`` judge it.
    Every feature is first standardised by the mean and standard deviation of the **training**
    features. The loss is the cross-entropy summed over the examples plus ``penalty / 2`` times
    the squared weights; its only minimum is found in float64, so that the result does not depend
    on a seed. A test label that is not among the training labels counts as an error. Raises
    InputError where shapes do not fit, labels are not integers or are all the same.

    >>> features, labels = torch.tensor([[0.], [1.], [2.], [3.]]), torch.tensor([0, 0, 1, 1])
    >>> linear_probe(features, labels, torch.tensor([[1.4], [1.6]]), torch.tensor([0, 0]))
    0.5
    """
    require_tensor("features", features, ("num", "D"))
    require_tensor("test_features", test_features, ("num_test", features.shape[1]))
    _require_labels("labels", labels, len(features))
    _require_labels("test_labels", test_labels, len(test_features))
    require_number("penalty", penalty, above=0)
    classes, targets = torch.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise InputError(f"`labels` has {len(classes)} class, but 2 or more are accepted.")
    x, test_x = features.detach().double(), test_features.detach().double()
    mean, std = x.mean(0), x.std(0, correction=0)
    std = torch.where(std > 0, std, 1.0)  # a feature that never changes says nothing
    weight, bias = _logistic_regression((x - mean) / std, targets, penalty)
    guesses = classes[((test_x - mean) / std @ weight + bias).argmax(1)]
    return (guesses == test_labels).double().mean().item()


def _logistic_regression(x: Tensor, targets: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Weights ``(D, classes)`` and biases ``(classes,)`` of the penalised maximum likelihood.

    The best weights lie in the span of the examples, so they are sought along the singular
    directions of ``x``, each in a unit in which the loss is about as curved as along the others.
    """
    num_classes = int(targets.max()) + 1
    # X = U S Vᵀ and W = V D Θ: X W = U S D Θ, ‖W‖ = ‖D Θ‖
    left, singular, right = torch.linalg.svd(x, full_matrices=False)
    # the loss is curved by λ + s² ⟨p(1 - p)⟩
    unit = (penalty + CURVATURE * singular**2).rsqrt()
    rotated = left * (singular * unit)
    theta = x.new_zeros(len(unit), num_classes, requires_grad=True)
    bias = x.new_zeros(num_classes, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [theta, bias], max_iter=1000, tolerance_grad=1e-9, tolerance_change=0,
        line_search_fn="strong_wolfe",
    )  # fmt: skip

    def loss() -> Tensor:
        optimizer.zero_grad()
        # -Σ_n log p(y_n|x_n) + ½ λ ‖W‖²
        total = cross_entropy(rotated @ theta + bias, targets, reduction="sum")
        value = total + 0.5 * penalty * (unit[:, None] * theta).square().sum()
        value.backward()
        return value

    with torch.enable_grad():
        optimizer.step(loss)
    return right.T @ (unit[:, None] * theta.detach()), bias.detach()


def _require_labels(name: str, labels: Tensor, num: int) -> None:
    if not isinstance(labels, Tensor) or labels.is_floating_point() or labels.shape != (num,):
        given = (
            f"{labels.dtype} of shape {tuple(labels.shape)}"
            if isinstance(labels, Tensor)
            else type(labels).__name__
        )
        raise InputError(f"`{name}` is {given}, but integers of shape ({num},) are accepted.")
    if num == 0:
        raise InputError(f"`{name}` has 0 examples, but at least 1 is accepted.")
