"""The recipes of the models with latent variables."""

from functools import partial

import torch

from ..evaluation import importance_weighted
from ..models import VAE, Autoencoder
from ..models.networks import mlp_decoder, mlp_encoder
from ..models.vae_exact import log_prob
from .recipe import DIGITS, Budget, Data, Metric, Recipe

__all__ = ["RECIPES"]


@torch.no_grad()
def bound_and_truth(vae: VAE, data: Data) -> dict[str, Metric]:
    """The bound on the test data, and what it bounds: `log p(x)`, added up over a grid."""
    x = data.load("test").x.to(vae.device)
    generator = torch.Generator(vae.device).manual_seed(0)
    elbo = torch.stack([vae.elbo(x, generator=generator) for _ in range(20)]).mean(1)
    return {
        "test ELBO": Metric(elbo.mean().item(), "nats", (elbo.std() / len(elbo) ** 0.5).item()),
        "test log-likelihood": Metric(log_prob(vae, x).mean().item(), "nats"),
    }


@torch.no_grad()
def two_bounds(vae: VAE, data: Data) -> dict[str, Metric]:
    """The bound on the test data, and the tighter one of 200 importance-weighted draws.

    Both errors are those of the draws: for these digits, not for all digits like them.
    """
    x = data.load("test").x.to(vae.device)
    log_weights = vae.log_weights(x, 200, generator=torch.Generator(vae.device).manual_seed(0))
    elbos = log_weights.mean(1)  # of all digits, once for each draw
    value, error = importance_weighted(log_weights)
    return {
        "test ELBO": Metric(elbos.mean().item(), "nats", (elbos.std() / len(elbos) ** 0.5).item()),
        "test log-likelihood, IW-200": Metric(
            value.mean().item(), "nats", (error.square().sum().sqrt() / len(x)).item()
        ),
    }


def mlp_autoencoder(latent_dim: int, hidden: tuple[int, ...] = (128, 64)) -> Autoencoder:
    """An autoencoder of flat 28 × 28 images; ``hidden`` sizes of the encoder, without them PCA.

    >>> mlp_autoencoder(2).encode(torch.zeros(5, 784)).shape
    torch.Size([5, 2])
    """
    encoder = mlp_encoder((784,), latent_dim, hidden)
    decoder = mlp_decoder(latent_dim, (784,), tuple(reversed(hidden)))
    return Autoencoder(encoder, decoder, latent_dim)


@torch.no_grad()
def lost_pixels(model: Autoencoder, data: Data) -> dict[str, Metric]:
    """The reconstruction error of the test data."""
    x = data.load("test").x.to(model.device)
    return {
        "test reconstruction error": Metric(
            model.reconstruction_error(x).mean().item(), "squared pixels"
        )
    }


RECIPES = (
    Recipe(
        name="autoencoder-fashion-2d",
        summary="autoencoder with two numbers for a garment: a plane on which to click",
        data=Data("fashion_mnist", train=5000, test=1000, flat=True),
        model=partial(mlp_autoencoder, 2),
        quick=Budget(800, batch_size=64, lr=3e-3, schedule="cosine"),
        full=Budget(8000, batch_size=100, lr=2e-3, schedule="cosine"),
        metrics=lost_pixels,
        chapter="06-autoencoder",
        use="Decode any point of the plane, and see where the decoder knows what it draws.",
        limits="No generative model: it does not say where in the plane to draw.",
    ),
    Recipe(
        name="vae-mnist-2d",
        summary="VAE with two latents: a map of the digits, and its likelihood by quadrature",
        data=DIGITS,
        model=partial(
            VAE,
            partial(mlp_encoder, (784,), 4, (400, 200)),
            partial(mlp_decoder, 2, (784,), (64, 256)),
            2,
        ),
        quick=Budget(1000, batch_size=100, lr=1e-3),
        full=Budget(4000, batch_size=100, lr=1e-3, schedule="cosine"),
        metrics=bound_and_truth,
        chapter="07-variational-autoencoder",
        use="See a whole latent space at once, and compare the bound with the likelihood itself.",
        limits="Two numbers cannot say much about a digit: fours and nines share a region.",
    ),
    Recipe(
        name="vae-mnist-10d",
        summary="VAE with ten latents: for all that one can do with a trained VAE",
        data=DIGITS,
        model=partial(
            VAE,
            partial(mlp_encoder, (784,), 20, (256, 128)),
            partial(mlp_decoder, 10, (784,), (128, 256)),
            10,
        ),
        quick=Budget(1000, batch_size=100, lr=2e-3, schedule="cosine"),
        full=Budget(6000, batch_size=100, lr=1e-3, schedule="cosine"),
        metrics=two_bounds,
        chapter="08-using-a-vae",
        use="Generate, reconstruct, interpolate, clean, complete and compare digits.",
        limits="Its pixels are independent given the code, so what the code leaves out is blur.",
    ),
)
