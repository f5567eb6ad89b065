"""Walking downhill on a divergence, against closed forms for Gaussians."""

import pytest
import torch
from torch.distributions import Normal

from genedu.divergences import F_DIVERGENCES, step_downhill
from genedu.errors import InputError

POINTS = torch.linspace(-30, 30, 2001, dtype=torch.float64)
MEAN, STD = 0.7, 1.3
P = Normal(*torch.tensor([MEAN, STD], dtype=torch.float64)).log_prob(POINTS).softmax(0)
SMOOTH = [key for key in F_DIVERGENCES if key != "total_variation"]  # has a kink at q = p
PLACES = torch.tensor([[0.0, 2.0], [3.0, 1.0], [0.7, 1.3], [-4.0, 3.0]], dtype=torch.float64)


def shortened(step, std):
    """A step of s standard deviations as one of s / (2 + 2s)."""
    return step / (2 + 2 * step.norm(dim=1, keepdim=True) / std[:, None])


def test_down_kl_between_gaussians():
    mean, std = PLACES.unbind(1)
    moved, value = step_downhill(F_DIVERGENCES["kl"], P, POINTS, PLACES)
    # KL = log s/σ + (σ² + d²)/2s² - ½ for N(·, σ²) from N(·, s²), d apart
    spread = STD**2 + (MEAN - mean) ** 2
    torch.testing.assert_close(value, (std / STD).log() + spread / (2 * std**2) - 0.5)
    # its slope, times s² and s²/2
    step = torch.stack([mean - MEAN, (std - spread / std) / 2], 1)
    torch.testing.assert_close(moved, PLACES - shortened(step, std), atol=1e-9, rtol=0)


def test_down_reverse_kl_between_gaussians():
    mean, std = PLACES.unbind(1)
    moved, value = step_downhill(F_DIVERGENCES["reverse_kl"], P, POINTS, PLACES)
    apart = MEAN - mean
    torch.testing.assert_close(value, (STD / std).log() + (std**2 + apart**2) / (2 * STD**2) - 0.5)
    step = torch.stack([-apart * (std / STD) ** 2, std / 2 * ((std / STD) ** 2 - 1)], 1)
    torch.testing.assert_close(moved, PLACES - shortened(step, std), atol=1e-9, rtol=0)


@pytest.mark.parametrize("key", F_DIVERGENCES)
def test_other_units_are_the_same_walk(key):
    """x in millimetres and from another origin: the same steps, in millimetres."""
    unit, origin = 10.0, 4.0
    first = PLACES[[0, 1, 3]]  # at the kink, rounding would decide
    moved, value = step_downhill(F_DIVERGENCES[key], P, POINTS, first)
    places = first * unit + torch.tensor([origin, 0])
    again, same = step_downhill(F_DIVERGENCES[key], P, POINTS * unit + origin, places)
    torch.testing.assert_close(again, moved * unit + torch.tensor([origin, 0]).double())
    torch.testing.assert_close(same, value)
    assert ((moved - first).norm(dim=1) <= first[:, 1] / 2).all()


@pytest.mark.parametrize("key", SMOOTH)
def test_nothing_moves_where_q_is_p(key):
    at = torch.tensor([MEAN, STD], dtype=torch.float64)
    moved, _ = step_downhill(F_DIVERGENCES[key], P, POINTS, at)
    torch.testing.assert_close(moved, at, atol=1e-9, rtol=0)


def test_one_gaussian_or_many_at_once():
    moved, values = step_downhill(F_DIVERGENCES["jensen_shannon"], P, POINTS, PLACES)
    for place, end, value in zip(PLACES, moved, values, strict=True):
        alone = step_downhill(F_DIVERGENCES["jensen_shannon"], P, POINTS, place)
        torch.testing.assert_close(alone, (end, value))


@pytest.mark.parametrize(
    ("p", "points", "at", "named"),
    [
        (P, POINTS[1:], PLACES, "`p` has shape"),
        (P[None], POINTS[None], PLACES, "`p` has shape"),
        (P, POINTS, PLACES[:, :1], "`at` has shape"),
        (P, POINTS, torch.tensor(1.0), "`at` has shape"),
        (P.tolist(), POINTS, PLACES, "`p`"),
    ],
)
def test_other_shapes_are_refused(p, points, at, named):
    with pytest.raises(InputError, match=named):
        step_downhill(F_DIVERGENCES["kl"], p, points, at)
