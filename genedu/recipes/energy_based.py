"""The recipes of the energy-based models: restricted Boltzmann machines."""

from functools import partial

import torch

from ..data import Dataset
from ..models import RBM, GaussianGaussianRBM
from ..models.gaussian_rbm import gaussian_fixed_point
from .recipe import DIGITS, Budget, Data, Metric, Recipe

__all__ = ["RECIPES"]


def start_at_pixel_frequencies(rbm: RBM, dataset: Dataset) -> None:
    """Give each visible unit the bias at which, alone, it is on as often as its pixel."""
    # a_i = log q_i / (1 - q_i), where q_i is how often pixel i is on (Hinton 2012)
    rbm.visible_bias.data.copy_(torch.logit(dataset.x.mean(0).clamp(0.01, 0.99)))


@torch.no_grad()
def exact_likelihood(rbm: RBM, data: Data) -> dict[str, Metric]:
    """The log-likelihood of the test data, with every hidden state summed."""
    return {"test log-likelihood": Metric(_mean_log_prob(rbm, data, rbm.log_partition()), "nats")}


@torch.no_grad()
def annealed_likelihood(rbm: RBM, data: Data) -> dict[str, Metric]:
    """The log-likelihood of the test data, its partition function estimated by annealing."""
    frequencies = data.load().x.mean(0).clamp(0.01, 0.99)
    log_z, error = rbm.estimate_log_partition(
        num_betas=2000,
        base_bias=torch.logit(frequencies).to(rbm.device),
        generator=torch.Generator(rbm.device).manual_seed(0),
    )
    return {"test log-likelihood": Metric(_mean_log_prob(rbm, data, log_z), "nats", error)}


def _mean_log_prob(rbm: RBM, data: Data, log_z) -> float:
    # mean of log p(v) = -F(v) - log Z
    x = data.load("test").x.to(rbm.device)
    return float(-rbm.free_energy(x).double().mean() - log_z)


@torch.no_grad()
def principal_axis(machine: GaussianGaussianRBM, data: Data) -> dict[str, Metric]:
    """How far the one direction of the machine is from what theory says, Eq. grbm-cd-pca."""
    x = data.load().x
    eigenvalues, vectors = torch.linalg.eigh(x.T.cov(correction=0))
    direction, values, _ = torch.linalg.svd(machine.weight.cpu(), full_matrices=False)
    cosine = (direction[:, 0] @ vectors[:, -1]).abs().clamp(max=1)
    truth = gaussian_fixed_point(eigenvalues, machine.visible_std, 1)
    return {
        "angle to the first principal axis": Metric(cosine.acos().rad2deg().item(), "degrees"),
        "singular value less that of the fixed point": Metric((values - truth).item()),
    }


RECIPES = (
    Recipe(
        name="rbm-mnist-20",
        summary="RBM with 20 hidden units by PCD-1: small enough for its exact likelihood",
        data=DIGITS,
        model=partial(RBM, 784, 20, method="pcd"),
        quick=Budget(1000, batch_size=20, lr=0.05, schedule="linear", optimizer="sgd"),
        full=Budget(20_000, batch_size=20, lr=0.05, schedule="linear", optimizer="sgd"),
        metrics=exact_likelihood,
        start=start_at_pixel_frequencies,
        chapter="04-restricted-boltzmann-machine",
        use="Study what an RBM learns where likelihood, posterior and samples are exact.",
        limits="Twenty units draw rough digits; it knows only centred, thresholded ones.",
    ),
    Recipe(
        name="rbm-mnist-256",
        summary="RBM with 256 hidden units by PCD-1: sharp filters, likelihood by annealing",
        data=DIGITS,
        model=partial(RBM, 784, 256, method="pcd"),
        quick=Budget(1000, batch_size=50, lr=0.05, schedule="linear", optimizer="sgd"),
        full=Budget(20_000, batch_size=50, lr=0.05, schedule="linear", optimizer="sgd"),
        metrics=annealed_likelihood,
        start=start_at_pixel_frequencies,
        chapter="04-restricted-boltzmann-machine",
        use="See filters, Gibbs chains and annealed importance sampling at a realistic size.",
        limits="Its likelihood is an estimate: ten times the annealing stages gave 1 nat less.",
    ),
    Recipe(
        name="grbm-moons",
        summary="Gaussian-Gaussian RBM with 1 hidden unit by CD-1: finds the first principal axis",
        data=Data("moons", train=2000, test=1000),
        model=partial(GaussianGaussianRBM, 2, 1, visible_std=0.5),
        quick=Budget(1000, batch_size=100, lr=0.01, schedule="linear", optimizer="sgd"),
        full=Budget(10_000, batch_size=100, lr=0.01, schedule="linear", optimizer="sgd"),
        metrics=principal_axis,
        chapter="05-what-contrastive-divergence-learns",
        use="See contrastive divergence do principal component analysis, on data one can plot.",
        limits="It is a Gaussian: it knows the moons' mean and covariance, not their shape.",
    ),
)
