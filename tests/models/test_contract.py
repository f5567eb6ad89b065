"""What every model of the book keeps to, whatever its family."""

import pytest
import torch

from genedu.errors import InputError
from genedu.models import (
    RBM,
    VAE,
    Batch,
    BoltzmannMachine,
    GaussianBernoulliRBM,
    GaussianGaussianRBM,
    GenerativeModel,
)
from genedu.models.networks import (
    MeanAndLogVar,
    conv_decoder,
    conv_encoder,
    mlp_decoder,
    mlp_encoder,
)
from genedu.training import fit


def binary(num: int, size: int) -> torch.Tensor:
    return torch.rand(num, size, generator=torch.Generator().manual_seed(5)).round()


def gaussian(num: int, size: int) -> torch.Tensor:
    return torch.randn(num, size, generator=torch.Generator().manual_seed(5))


def images(num: int) -> torch.Tensor:
    return torch.rand(num, 1, 8, 8, generator=torch.Generator().manual_seed(5))


def gaussian_vae() -> VAE:
    encoder, decoder = mlp_encoder((4,), 2 * 3, (7,)), mlp_decoder(3, (4,), (7,))
    return VAE(encoder, decoder, 3, likelihood="gaussian")


def gaussian_vae_with_a_head() -> VAE:
    decoder = torch.nn.Sequential(*mlp_decoder(3, (2, 4), (7,)), MeanAndLogVar())
    return VAE(mlp_encoder((4,), 2 * 3, (7,)), decoder, 3, likelihood="gaussian")


def conv_vae() -> VAE:
    return VAE(conv_encoder((1, 8, 8), 2 * 3, (4, 8)), conv_decoder(3, (1, 8, 8), (8, 4)), 3)


FAMILIES = {
    "bm-exact": (lambda: BoltzmannMachine(5), binary(30, 5)),
    "bm-cd": (lambda: BoltzmannMachine(5, method="cd", k=2), binary(30, 5)),
    "bm-pcd": (lambda: BoltzmannMachine(5, method="pcd", num_chains=20), binary(30, 5)),
    "rbm-cd": (lambda: RBM(6, 4), binary(30, 6)),
    "rbm-cd3": (lambda: RBM(6, 4, k=3), binary(30, 6)),
    "rbm-pcd": (lambda: RBM(6, 4, method="pcd", num_chains=20), binary(30, 6)),
    "gbrbm": (lambda: GaussianBernoulliRBM(4, 3, visible_std=0.8), gaussian(30, 4)),
    "gbrbm-pcd": (lambda: GaussianBernoulliRBM(4, 3, method="pcd"), gaussian(30, 4)),
    "ggrbm": (lambda: GaussianGaussianRBM(4, 3, 0.8, 1.3), gaussian(30, 4)),
    "ggrbm-pcd": (lambda: GaussianGaussianRBM(4, 3, method="pcd"), gaussian(30, 4)),
    "vae": (lambda: VAE(mlp_encoder((6,), 2 * 3), mlp_decoder(3, (6,)), 3), binary(30, 6)),
    "vae-conv": (conv_vae, images(30)),
    "vae-gaussian": (gaussian_vae, gaussian(30, 4)),
    "vae-gaussian-head": (gaussian_vae_with_a_head, gaussian(30, 4)),
}
DEVICES = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])


def score(model: GenerativeModel, x: torch.Tensor) -> torch.Tensor:
    """The exact likelihood or its bound, with the same noise each time."""
    if hasattr(model, "log_prob"):
        return model.log_prob(x)
    return model.elbo(x, generator=_seeded(4))


def learn(player, x: torch.Tensor) -> torch.Tensor:
    """What `fit` asks of a player: a scalar, and gradients in its parameters."""
    if player.gradient is not None:
        return player.gradient(Batch(x), generator=_seeded(4))
    value = player.loss(Batch(x), generator=_seeded(4))
    value.backward()
    return value


@pytest.fixture(params=FAMILIES)
def family(request):
    make, x = FAMILIES[request.param]
    torch.manual_seed(3)
    return make(), x


def test_it_is_a_model_with_named_players_that_own_every_parameter(family):
    model, _ = family
    assert isinstance(model, GenerativeModel)
    names = [player.name for player in model.players]
    assert len(set(names)) == len(names) > 0
    owned = {id(parameter) for player in model.players for parameter in player.parameters}
    assert owned == {id(parameter) for parameter in model.parameters()}


def test_it_tells_the_exact_likelihood_or_a_bound_but_not_both(family):
    model, x = family
    assert hasattr(model, "log_prob") != hasattr(model, "elbo")
    value = score(model, x)
    assert value.shape == (len(x),)
    assert value.is_floating_point()
    assert value.isfinite().all()


@pytest.mark.parametrize("device", DEVICES)
def test_samples_are_data(family, device):
    model, x = family
    model.to(device)
    generator = torch.Generator(device).manual_seed(0)
    samples = model.sample(7, generator=generator)
    assert samples.shape == (7, *x.shape[1:])
    assert samples.dtype == torch.float32
    assert samples.device.type == device
    model.check_data(samples)


def test_seeded_sampling_repeats(family):
    model, _ = family
    draw = [model.sample(20, generator=torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    assert torch.equal(draw[0], draw[1])
    assert not torch.equal(draw[0], draw[2])


def test_sampling_leaves_the_global_generator_alone(family):
    model, _ = family
    before = torch.get_rng_state()
    model.sample(3, generator=torch.Generator().manual_seed(1))
    assert torch.equal(before, torch.get_rng_state())


def test_every_parameter_gets_a_gradient(family):
    model, x = family
    for player in model.players:
        value = learn(player, x)
        assert value.shape == ()
        for parameter in player.parameters:
            assert parameter.grad.shape == parameter.shape
            assert parameter.grad.isfinite().all()
            assert parameter.grad.abs().max() > 0


@pytest.mark.parametrize("name", FAMILIES)
def test_a_state_dict_carries_the_whole_model(name, tmp_path):
    make, x = FAMILIES[name]
    model, other = make(), make()
    fit(model, x, steps=3, batch_size=10, progress=False)
    torch.save(model.state_dict(), tmp_path / "model.pt")
    other.load_state_dict(torch.load(tmp_path / "model.pt", weights_only=True))
    assert torch.equal(score(other, x), score(model, x))
    again = [learn(each.players[0], x) for each in (model, other)]
    assert torch.equal(*again)  # chains included


def _seeded(seed):
    return torch.Generator().manual_seed(seed)


def test_it_computes_in_float64(family):
    model, x = family
    model.double()
    x = x.double()
    assert score(model, x).dtype == torch.float64
    assert model.sample(2).dtype == torch.float64
    fit(model, x, steps=2, batch_size=10, progress=False)


def test_it_learns_from_batches_of_one(family):
    model, x = family
    history = fit(model, x[:1], steps=2, batch_size=1, progress=False)
    assert history.steps == 2


@pytest.mark.parametrize(
    "spoil, told",
    [
        (lambda x: x[:, :-1], "has shape"),
        (lambda x: x[0], "has shape"),
        (lambda x: x.long(), "dtype"),
        (lambda x: x.numpy(), "torch.Tensor is accepted"),
        (lambda x: x.clone().index_fill_(0, torch.tensor([1]), float("nan")), "NaN"),
        (lambda x: x.clone().index_fill_(0, torch.tensor([1]), float("inf")), "infinite"),
    ],
    ids=["width", "no batch axis", "dtype", "numpy", "nan", "inf"],
)
def test_bad_data_is_refused_in_one_sentence(family, spoil, told):
    model, x = family
    likelihood = model.log_prob if hasattr(model, "log_prob") else model.elbo
    for use in (likelihood, lambda bad: fit(model, bad, steps=1, progress=False)):
        with pytest.raises(InputError, match=told) as caught:
            use(spoil(x))
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("num", [0, -1, 2.5, "3"])
def test_a_bad_number_of_samples_is_refused(family, num):
    with pytest.raises(InputError, match="`num` is"):
        family[0].sample(num)
