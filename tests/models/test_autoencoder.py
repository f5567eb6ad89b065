"""The autoencoder: with linear networks it must find the principal directions."""

import pytest
import torch
from torch.nn.functional import binary_cross_entropy

from genedu.errors import InputError
from genedu.models import Autoencoder
from genedu.models.networks import conv_decoder, conv_encoder, mlp_decoder, mlp_encoder
from genedu.training import fit


def linear(num: int = 5, latent_dim: int = 2, **options) -> Autoencoder:
    networks = mlp_encoder((num,), latent_dim, ()), mlp_decoder(latent_dim, (num,), ())
    return Autoencoder(*networks, latent_dim, **options)


def test_a_linear_autoencoder_learns_the_principal_directions():
    """Baldi and Hornik 1989: the best linear bottleneck loses the smallest eigenvalues."""
    generator = torch.Generator().manual_seed(0)
    basis = torch.linalg.qr(torch.randn(5, 5, generator=generator)).Q
    x = torch.randn(400, 5, generator=generator) * torch.tensor([3.0, 2.0, 0.5, 0.4, 0.3])
    x = x @ basis.T + 1
    torch.manual_seed(0)
    model = linear()
    fit(model, x, steps=1500, batch_size=400, lr=0.02, progress=False)
    centered = (x - x.mean(0)).double()
    values, vectors = torch.linalg.eigh(centered.T @ centered / len(x))
    assert model.reconstruction_error(x).mean().item() == pytest.approx(
        values[:3].sum().item(), rel=1e-3
    )
    best = x.mean(0) + (centered @ vectors[:, 3:] @ vectors[:, 3:].T).float()
    assert (model.reconstruct(x) - best).abs().max() < 0.05


def test_the_losses_are_those_of_torch_summed_over_an_example():
    torch.manual_seed(0)
    x = torch.rand(3, 5)
    squared, entropy = linear(), linear(loss="cross_entropy")
    entropy.load_state_dict(squared.state_dict())
    outputs = squared.decoder(squared.encoder(x))
    assert torch.allclose(squared.reconstruction_error(x), ((x - outputs) ** 2).sum(1))
    assert torch.allclose(squared.reconstruct(x), outputs)
    expected = binary_cross_entropy(outputs.sigmoid(), x, reduction="none").sum(1)
    assert torch.allclose(entropy.reconstruction_error(x), expected, atol=1e-5)
    assert torch.allclose(entropy.reconstruct(x), outputs.sigmoid())


def test_an_interpolation_is_the_line_between_two_codes():
    torch.manual_seed(0)
    model, (x0, x1) = linear(), torch.rand(2, 4, 5)
    path = model.interpolate(x0, x1, 5)
    assert path.shape == (5, 4, 5)
    assert torch.allclose(path[0], model.reconstruct(x0))
    assert torch.allclose(path[-1], model.reconstruct(x1))
    # a linear decoder: the middle of the codes is the middle of the pictures
    assert torch.allclose(path[2], (path[0] + path[-1]) / 2, atol=1e-6)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: linear(loss="l1"), "`loss` is 'l1'"),
        (lambda: Autoencoder(mlp_encoder((5,), 3), mlp_decoder(2, (5,)), 2), "`encoder` gives"),
        (lambda: Autoencoder(mlp_encoder((5,), 2), mlp_decoder(3, (5,)), 2), "`decoder` cannot"),
        (lambda: Autoencoder(mlp_encoder((6,), 2), mlp_decoder(2, (5,)), 2), "`encoder` cannot"),
        (lambda: Autoencoder(len, mlp_decoder(2, (5,)), 2), "`encoder` is builtin"),
        (lambda: linear(latent_dim=0), "`num_outputs` is 0"),
        (lambda: Autoencoder(mlp_encoder((5,), 2), mlp_decoder(2, (5,)), 0), "`latent_dim` is 0"),
        (lambda: conv_encoder((1, 30, 30), 2), "sides that 4 divides"),
        (lambda: conv_decoder(2, (784,)), r"`event_shape` is \(784,\)"),
        (lambda: linear().sample(3), "cannot sample"),
        (lambda: linear().decode(torch.zeros(3, 5)), r"\(batch, 2\) is accepted"),
        (lambda: linear().encode(torch.zeros(3, 4)), r"\(batch, 5\) is accepted"),
        (lambda: linear(loss="cross_entropy").reconstruct(torch.full((1, 5), 2.0)), r"\[0, 1\]"),
        (lambda: linear().interpolate(torch.zeros(2, 5), torch.zeros(1, 5), 3), "`x1` has shape"),
        (lambda: linear().interpolate(torch.zeros(2, 5), torch.zeros(2, 5), 1), "`steps` is 1"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(make, told):
    with pytest.raises(InputError, match=told) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_building_a_model_leaves_its_networks_as_they_were():
    encoder, decoder = mlp_encoder((5,), 2), mlp_decoder(2, (5,))
    decoder.append(torch.nn.BatchNorm1d(5))
    Autoencoder(encoder, decoder, 2)
    assert decoder[-1].training
    assert decoder[-1].num_batches_tracked == 0
