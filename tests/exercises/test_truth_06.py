"""Chapter 6: the references against independent truths, and right answers of another form."""

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy

from genedu.exercises import check
from genedu.exercises.cases import Draw
from genedu.exercises.registry import find
from genedu.exercises.sheets.chapter_06.errors import uncentred


def reference(id):
    return find(id).reference


def cases(id):
    return [case.args for case in find(id).cases(Draw())]


def test_floor_is_the_least_of_a_fine_grid_of_reconstructions():
    y = torch.linspace(0, 1, 20_001, dtype=torch.float64)
    for (x,) in cases("ae.floor"):
        pixels = x.reshape(-1, 1).expand(-1, len(y))
        least = binary_cross_entropy(y.expand_as(pixels), pixels, reduction="none").amin(1)
        found = reference("ae.floor")(x)
        assert torch.allclose(found, least.view_as(x).sum(1), atol=1e-6)


def test_pca_error_is_that_of_a_projection_and_no_other_plane_does_better():
    noise = Draw(1)
    for x, num in cases("ae.pca"):
        centred = x - x.mean(0)
        found = reference("ae.pca")(x, num)
        plane = torch.linalg.svd(centred, full_matrices=False).Vh[:num]
        rest = centred - centred @ plane.T @ plane
        assert torch.allclose(found, rest.square().sum(1).mean())
        for _ in range(50):
            other = torch.linalg.qr(noise.normal(x.shape[1], num)).Q.T
            rest = centred - centred @ other.T @ other
            assert rest.square().sum(1).mean() >= found - 1e-12


def test_without_centring_it_is_the_best_sheet_through_the_origin():
    """What the message to that mistake says."""
    noise = Draw(5)
    for x, num in cases("ae.pca"):
        found = uncentred(x, num)
        plane = torch.linalg.svd(x, full_matrices=False).Vh[:num]
        assert torch.allclose(found, (x - x @ plane.T @ plane).square().sum(1).mean())
        assert found > reference("ae.pca")(x, num)
        for _ in range(50):
            other = torch.linalg.qr(noise.normal(x.shape[1], num)).Q.T
            assert (x - x @ other.T @ other).square().sum(1).mean() >= found - 1e-12


def test_moved_layers_put_codes_where_they_should_be_and_draw_the_same():
    for args in cases("ae.moved"):
        ew, eb, dw, db, matrix, shift = args
        new_ew, new_eb, new_dw, new_db = reference("ae.moved")(*args)
        inputs = Draw(2).normal(ew.shape[1], 7)
        old = ew @ inputs + eb[:, None]
        new = new_ew @ inputs + new_eb[:, None]
        assert torch.allclose(new, matrix @ old + shift[:, None])
        assert torch.allclose(new_dw @ new + new_db[:, None], dw @ old + db[:, None])


@pytest.mark.parametrize(("small", "large", "num"), [(1.0, 2.0, 2), (0.7, 1.0, 3)])
def test_share_by_throwing_points_at_both_balls(small, large, num):
    noise = Draw(3)
    thrown = 2 * large * noise.between(-0.5, 0.5, 400_000, num)  # a box around either ball
    inside = [(thrown.norm(dim=1) < radius).double().mean().item() for radius in (small, large)]
    share = inside[0] / sum(inside)
    assert share == pytest.approx(small**num / (small**num + large**num), abs=0.01)
    assert check("ae.share", "1/(1 + (R/r)^K)").passed


def test_the_moved_density_counts_codes_on_ground():
    """Uniform codes in a unit square, stretched by s: the same count on s² times the ground."""
    s = 3.0
    square = Draw(4).between(0, 1, 200_000, 2)
    moved = s * square + 50
    small = ((moved - moved.mean(0)).abs() < 0.3).all(1).double().mean() / 0.6**2
    assert small.item() == pytest.approx(1 / s**2, rel=0.05)
    assert check("ae.spot", (3, "p/(s*s)")).passed


def test_other_right_answers_pass():
    def floor(x):
        y = x.clamp(1e-12, 1 - 1e-7) if x.dtype == torch.float32 else x.clamp(1e-15, 1 - 1e-15)
        return -(x * y.log() + (1 - x) * torch.log1p(-y)).sum(1)

    def pca(x, num):
        return float((np.linalg.svd(x.numpy() - x.numpy().mean(0))[1][num:] ** 2).sum() / len(x))

    def moved(ew, eb, dw, db, matrix, shift):
        new_weight = torch.linalg.solve(matrix.T, dw.T).T
        return matrix @ ew, matrix @ eb + shift, new_weight, db - new_weight @ shift

    for id, answer in (("ae.floor", floor), ("ae.pca", pca), ("ae.moved", moved)):
        verdict = check(id, answer)
        assert verdict.passed, verdict
