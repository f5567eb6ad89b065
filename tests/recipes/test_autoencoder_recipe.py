"""The autoencoder's recipe: without hidden layers it can be PCA, and its metric is PCA's error."""

import pytest
import torch

from genedu import recipes
from genedu.recipes.latent import lost_pixels, mlp_autoencoder


def test_the_metric_of_a_linear_autoencoder_set_to_pca_is_the_error_of_pca():
    data = recipes.get("autoencoder-fashion-2d").data
    x, unseen = data.load().x, data.load("test").x
    centred = (x - x.mean(0)).double()
    directions = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -3:].T.float()
    model = mlp_autoencoder(3, hidden=())
    with torch.no_grad():
        model.encoder[-1].weight.copy_(directions)
        model.encoder[-1].bias.copy_(-directions @ x.mean(0))
        model.decoder[0].weight.copy_(directions.T)
        model.decoder[0].bias.copy_(x.mean(0))
    rest = unseen - x.mean(0)
    # Pythagoras: what is lost is the length less the length along the directions
    lost = (rest.square().sum(1) - (rest @ directions.T).square().sum(1)).mean()
    (metric,) = lost_pixels(model, data).values()
    assert metric.value == pytest.approx(lost.item(), rel=1e-4)


def test_the_decoder_mirrors_the_encoder():
    model = mlp_autoencoder(5, hidden=(30, 20))
    down, up = (
        [tuple(value.shape) for value in network.parameters() if value.ndim == 2]
        for network in (model.encoder, model.decoder)
    )
    assert down == [(30, 784), (20, 30), (5, 20)]
    assert up == [shape[::-1] for shape in reversed(down)]
