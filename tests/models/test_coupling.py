"""The affine coupling: its inverse, and its determinant against autograd."""

import pytest
import torch

from genedu.errors import InputError
from genedu.models.coupling import couple, uncouple


@pytest.fixture
def layer():
    """A coupling of five components whose scale and shift are a small random network."""
    generator = torch.Generator().manual_seed(0)
    first, second = (torch.randn(*s, generator=generator).double() for s in ((2, 8), (8, 6)))

    def conditioner(kept):
        return torch.tanh(torch.tanh(kept @ first) @ second).chunk(2, -1)

    return conditioner, torch.randn(4, 5, generator=generator).double()


def test_the_inverse_gives_the_moved_half_back(layer):
    conditioner, x = layer
    kept, moved = x.split((2, 3), 1)
    z, _ = couple(moved, *conditioner(kept))
    assert not torch.allclose(z, moved)
    torch.testing.assert_close(uncouple(z, *conditioner(kept)), moved, rtol=0, atol=1e-14)


def test_the_log_determinant_is_that_of_the_jacobian(layer):
    conditioner, x = layer

    def whole(row):
        kept, moved = row[None].split((2, 3), 1)
        return torch.cat((kept, couple(moved, *conditioner(kept))[0]), 1)[0]

    kept, moved = x.split((2, 3), 1)
    _, log_det = couple(moved, *conditioner(kept))
    for row, found in zip(x, log_det, strict=True):
        jacobian = torch.autograd.functional.jacobian(whole, row)
        torch.testing.assert_close(found, torch.linalg.slogdet(jacobian).logabsdet)
        assert jacobian[:2, 2:].abs().max() == 0  # triangular


def test_the_density_that_it_makes_integrates_to_one():
    """One kept and one moved component on a grid: ``log p_x = log p_z + log|det|``."""
    axis = torch.linspace(-15, 15, 601, dtype=torch.double)
    x = torch.cartesian_prod(axis, axis)
    kept, moved = x.split(1, 1)
    z, log_det = couple(moved, 0.5 * torch.sin(kept), kept.square() / 8)
    normal = torch.distributions.Normal(0.0, 1.0)
    log_p = normal.log_prob(torch.cat((kept, z), 1)).sum(1) + log_det
    assert log_p.exp().sum().item() * (axis[1] - axis[0]).item() ** 2 == pytest.approx(1, abs=1e-8)


def test_both_refuse_other_shapes():
    two, three = torch.zeros(4, 2), torch.zeros(4, 3)
    with pytest.raises(InputError, match=r"`log_scale` has shape \(4, 3\), but \(4, 2\)"):
        couple(two, three, two)
    with pytest.raises(InputError, match=r"`shift` has shape \(4, 3\), but \(4, 2\)"):
        uncouple(two, two, three)
    with pytest.raises(InputError, match=r"`moved` has shape \(2,\), but \(batch, m\)"):
        couple(torch.zeros(2), two, two)
