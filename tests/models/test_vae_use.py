"""The VAE in use: what is refused, chains, completion, and a loss that runs away."""

import pytest
import torch

from genedu.errors import InputError, TrainingError
from genedu.models import VAE, Batch
from genedu.models.networks import MeanAndLogVar, conv_encoder, mlp_decoder, mlp_encoder
from genedu.training import fit


def small(**options) -> VAE:
    torch.manual_seed(0)
    return VAE(mlp_encoder((6,), 2 * 2), mlp_decoder(2, (6,)), 2, **options)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


X = torch.rand(4, 6, generator=seeded(1)).round()


class Gives(torch.nn.Module):
    """An encoder whose two outputs are put together by ``kind``."""

    def __init__(self, kind):
        super().__init__()
        self.kind, self.body = kind, torch.nn.Linear(6, 4)

    def forward(self, x):
        return self.kind(zip(("mean", "log_var"), self.body(x).split(2, 1), strict=True))


def one_spread_a_picture():
    class Decoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = torch.nn.Linear(2, 6)

        def forward(self, z):
            mean = self.body(z)
            return mean, mean[:, 0]

    return mlp_encoder((6,), 4), Decoder()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: VAE(mlp_encoder((6,), 3), mlp_decoder(2, (6,)), 2), "one shape for both"),
        (lambda: VAE(mlp_encoder((6,), 2), mlp_decoder(2, (6,)), 2), "2 `latent_dim` outputs"),
        (lambda: VAE(mlp_encoder((6,), 1), mlp_decoder(1, (6,)), 1), "one shape for both"),
        (lambda: VAE(mlp_encoder((5,), 4), mlp_decoder(2, (6,)), 2), "`encoder` cannot take"),
        (lambda: VAE(mlp_encoder((6,), 4), mlp_decoder(3, (6,)), 2), "`decoder` cannot take"),
        (lambda: small(likelihood="poisson"), "`likelihood` is 'poisson'"),
        (lambda: small(beta=-1), "`beta` is -1"),
        (
            lambda: VAE(
                mlp_encoder((6,), 4),
                torch.nn.Sequential(*mlp_decoder(2, (2, 6)), MeanAndLogVar()),
                2,
            ),
            "use likelihood='gaussian'",
        ),
        (lambda: small().elbo(2 * X + 1), r"values in \[0, 1\]"),
        (lambda: fit(small(), 2 * X + 1, steps=1, progress=False), r"values in \[0, 1\]"),
        (lambda: small().log_prob_iw(X, 0), "`num_samples` is 0"),
        (lambda: small().decode(torch.zeros(3, 3)), r"\(batch, 2\)"),
        (lambda: small().sample(0), "`num` is 0"),
        (lambda: small().infer_chain(X, -1), "`steps` is -1"),
        (lambda: small().infer_chain(X, 1, noise_scale=-1.0), "`noise_scale` is -1"),
        (lambda: small().infer_chain(X, 1, known=torch.ones(6)), "boolean tensor"),
        (lambda: small().elbo(X.double()), r"`x` has dtype torch.float64.*x.to\(torch.float32\)"),
        (lambda: small().decode(torch.zeros(3, 2).half()), "`z` has dtype torch.float16"),
        (lambda: small().elbo(X[:0].to("meta")), "`x` is on meta"),
        (lambda: small().elbo(X, generator=3), r"torch.Generator\('cpu'\).manual_seed\(3\)"),
        (lambda: small().interpolate(X, X + 3, 3), "`x1` has values from"),
        (lambda: small().interpolate(X, X[:2], 3), "`x1` has shape"),
        (lambda: VAE(Gives(dict), mlp_decoder(2, (6,)), 2), "`encoder` gives dict"),
        (lambda: VAE(Gives(lambda *_: None), mlp_decoder(2, (6,)), 2), "`encoder` gives NoneType"),
        (lambda: VAE(*one_spread_a_picture(), 2, "gaussian"), r"log σ² \(2,\)"),
        (lambda: mlp_encoder(6, 4), "`event_shape` is 6"),
        (lambda: conv_encoder((1, 28, 28), 2, ()), "`channels` is empty"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(make, told):
    with pytest.raises(InputError, match=told) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_building_a_model_changes_nothing_in_its_networks():
    def body(inputs, outputs):
        layers = torch.nn.Linear(inputs, 8), torch.nn.BatchNorm1d(8), torch.nn.Dropout()
        return torch.nn.Sequential(*layers, torch.nn.Linear(8, outputs))

    encoder, decoder = body(6, 4), body(2, 6)
    encoder[1].eval()  # a part that is to stay as it is
    before = torch.get_rng_state()
    VAE(encoder, decoder, 2)
    assert encoder[1].num_batches_tracked == decoder[1].num_batches_tracked == 0
    assert [layer.training for layer in encoder] == [True, False, True, True]
    assert torch.equal(torch.get_rng_state(), before)


def test_an_example_at_a_time_by_vmap_is_the_batch():
    model = small()
    mean, log_var = torch.func.vmap(lambda x: torch.cat(model.encode(x[None])))(X).unbind(1)
    torch.testing.assert_close((mean, log_var), model.encode(X))


def test_a_chain_is_its_step_again_and_again():
    model, seen = small(), []
    end = model.infer_chain(X, 3, generator=seeded(5), callback=seen.append)
    generator, x = seeded(5), X
    for shown in seen:
        x = model.infer_step(x, torch.randn(4, 2, generator=generator))
        assert torch.equal(x, shown)
    assert len(seen) == 3
    assert torch.equal(end, x)


def test_without_noise_a_chain_reconstructs():
    model = small()
    assert torch.allclose(model.infer_chain(X, 1, noise_scale=0), model.reconstruct(X))
    assert torch.equal(model.infer_chain(X, 0), X)


def test_completion_keeps_what_is_known():
    model, known = small(), torch.tensor([True, True, False, False, False, True])
    end = model.infer_chain(X, 5, known=known, generator=seeded(0))
    assert torch.equal(end[:, known], X[:, known])
    assert not torch.equal(end[:, ~known], X[:, ~known])


def test_beta_weighs_the_divergence_in_training_and_not_in_the_bound():
    heavy = small(beta=4.0)
    reconstruction, divergence = small().elbo_terms(X, generator=seeded(3))
    assert torch.equal(heavy.elbo(X, generator=seeded(3)), reconstruction - divergence)
    loss = heavy.players[0].loss(Batch(X), generator=seeded(3))
    assert torch.allclose(loss, (4 * divergence - reconstruction).mean())


def test_a_mean_and_a_draw_are_told_apart():
    model = small()
    draws = model.sample(5000, generator=seeded(0))
    means = model.sample(5000, generator=seeded(0), mean=True)
    assert set(draws.unique().tolist()) == {0.0, 1.0}
    assert ((means > 0) & (means < 1)).all()
    assert (draws.mean(0) - means.mean(0)).abs().max() < 0.03  # 4 standard errors of 5000 draws


def test_a_gaussian_draw_has_the_variance_of_its_parameter():
    model = small(likelihood="gaussian")
    with torch.no_grad():
        model.decoder_log_var.fill_(2.0)
    seeds = [seeded(0) for _ in range(2)]
    noise = model.sample(5000, generator=seeds[0]) - model.sample(
        5000, generator=seeds[1], mean=True
    )
    assert noise.var().log().item() == pytest.approx(2.0, abs=0.04)


def test_a_loss_that_runs_away_names_player_and_step():
    with pytest.raises(TrainingError, match=r"player 'vae' .* at step \d+; lower `lr`"):
        fit(small(), X, steps=2000, lr=1e4, batch_size=4, progress=False)
