"""The binary RBM against enumeration, autograd, and its own definition."""

import itertools
import math

import pytest
import torch

from genedu.errors import InputError
from genedu.evaluation import binary_states
from genedu.models import RBM, Batch
from genedu.training import fit


def random_rbm(num_visible, num_hidden, seed=0, scale=1.0, **options):
    generator = torch.Generator().manual_seed(seed)
    rbm = RBM(num_visible, num_hidden, **options).double()
    with torch.no_grad():
        for parameter in rbm.parameters():
            parameter.normal_(std=scale, generator=generator)
    return rbm


def joint_table(rbm):
    """``-E(v, h)`` of every pair of states by the textbook's sums, ``(2**V, 2**H)``."""
    a, b, w = (t.detach().double() for t in (rbm.visible_bias, rbm.hidden_bias, rbm.weight))
    table = []
    for v in itertools.product((0, 1), repeat=len(a)):
        row = []
        for h in itertools.product((0, 1), repeat=len(b)):
            score = sum(a[i] * v[i] for i in range(len(a)))
            score += sum(b[j] * h[j] for j in range(len(b)))
            score += sum(w[i, j] for i in range(len(a)) for j in range(len(b)) if v[i] and h[j])
            row.append(float(score))
        table.append(row)
    return torch.tensor(table, dtype=torch.float64)


@pytest.fixture
def small():
    rbm = random_rbm(4, 3)
    return rbm, joint_table(rbm), binary_states(4, dtype=torch.float64)


def test_energy_against_the_definition(small):
    rbm, table, visible = small
    hidden = binary_states(3, dtype=torch.float64)
    for column, h in enumerate(hidden):
        energy = rbm.energy(visible, h.expand(len(visible), -1))
        torch.testing.assert_close(-energy.detach(), table[:, column])


def test_free_energy_sums_the_hidden_units_out(small):
    rbm, table, visible = small
    torch.testing.assert_close(-rbm.free_energy(visible).detach(), table.logsumexp(1))


def test_log_prob_against_enumeration_of_both_layers(small):
    rbm, table, visible = small
    truth = table.logsumexp(1) - table.flatten().logsumexp(0)
    torch.testing.assert_close(rbm.log_prob(visible).detach(), truth)


def test_conditionals_are_ratios_of_the_joint(small):
    rbm, table, visible = small
    hidden = binary_states(3, dtype=torch.float64)
    h_given_v = torch.softmax(table, 1) @ hidden
    v_given_h = torch.softmax(table, 0).T @ visible
    torch.testing.assert_close(rbm.prob_hidden(visible).detach(), h_given_v)
    torch.testing.assert_close(rbm.prob_visible(hidden).detach(), v_given_h)


@pytest.mark.parametrize("shape", [(3, 7), (7, 3), (12, 12)])
def test_log_partition_by_either_layer(shape):
    rbm = random_rbm(*shape, seed=1)
    turned = RBM(*shape[::-1]).double()
    with torch.no_grad():
        turned.weight.copy_(rbm.weight.T)
        turned.visible_bias.copy_(rbm.hidden_bias)
        turned.hidden_bias.copy_(rbm.visible_bias)
    over_v = torch.logsumexp(-rbm.free_energy(binary_states(shape[0], dtype=torch.float64)), 0)
    assert rbm.log_partition().item() == pytest.approx(over_v.item(), abs=1e-9)
    assert rbm.log_partition().item() == pytest.approx(turned.log_partition().item(), abs=1e-9)


@pytest.mark.parametrize("shape", [(4, 3), (3, 5), (12, 6)])
def test_likelihood_gradient_against_autograd(shape):
    rbm = random_rbm(*shape, seed=2)
    v = binary_states(shape[0], dtype=torch.float64)[1 :: max(1, 2 ** shape[0] // 9)]
    # the oracle's likelihood is written from the energy alone, not from the class
    states_v = binary_states(shape[0], dtype=torch.float64)
    states_h = binary_states(shape[1], dtype=torch.float64)
    a, b, w = rbm.visible_bias, rbm.hidden_bias, rbm.weight

    def unnormalised(visible):
        score = visible @ w @ states_h.T + (visible @ a)[:, None] + (states_h @ b)[None]
        return torch.logsumexp(score, 1)

    (unnormalised(v) - torch.logsumexp(unnormalised(states_v), 0)).mean().backward()
    for name, value in rbm.likelihood_gradient(v)._asdict().items():
        torch.testing.assert_close(value, getattr(rbm, name).grad)
    # and log_prob, enumerated in chunks, differentiates to the same
    rbm.zero_grad()
    rbm.log_prob(v).mean().backward()
    for name, value in rbm.likelihood_gradient(v)._asdict().items():
        torch.testing.assert_close(value, getattr(rbm, name).grad)


def test_cd_from_a_long_chain_estimates_the_exact_gradient():
    """CD-k tends to the likelihood gradient as k grows; its average over noise must show it."""
    rbm = random_rbm(4, 3, seed=3, scale=0.7, k=30)
    v = binary_states(4, dtype=torch.float64)[[1, 6, 7, 15]].repeat(5000, 1)
    exact = rbm.likelihood_gradient(v)
    rbm.players[0].gradient(Batch(v), generator=torch.Generator().manual_seed(0))
    for name, value in exact._asdict().items():
        # 20,000 chains: the standard error of an average of numbers in [0, 1] is below .0036
        assert (-getattr(rbm, name).grad - value).abs().max() < 5 * 0.0036


def test_a_block_gibbs_step_leaves_the_distribution_invariant(small):
    rbm, table, visible = small
    h_given_v, v_given_h = torch.softmax(table, 1), torch.softmax(table, 0)
    before = torch.softmax(table.logsumexp(1), 0)
    torch.testing.assert_close(before @ h_given_v @ v_given_h.T, before)
    # and the step draws from just these conditionals: frequencies after one step from one state
    num = 100_000
    start = visible[5].expand(num, -1)
    after = rbm.gibbs_step(start, generator=torch.Generator().manual_seed(0))
    place = torch.tensor([8.0, 4.0, 2.0, 1.0], dtype=torch.float64)
    counts = torch.bincount((after @ place).long(), minlength=16) / num
    truth = h_given_v[5] @ v_given_h.T
    assert ((counts - truth).abs() < 5 * (truth * (1 - truth) / num).sqrt() + 1e-9).all()


def test_known_pixels_stay_and_the_others_are_drawn_given_them(small):
    rbm, table, visible = small
    num, known = 40_000, torch.tensor([True, False, False, True])
    start = visible[0b1001].expand(num, -1)
    after = rbm.gibbs(start, 40, known=known, generator=torch.Generator().manual_seed(0))
    assert torch.equal(after[:, known], start[:, known])
    fits = (visible[:, 0] == 1) & (visible[:, 3] == 1)
    given = torch.where(fits, torch.softmax(table.logsumexp(1), 0), 0.0)
    given = given / given.sum()
    place = torch.tensor([8.0, 4.0, 2.0, 1.0], dtype=torch.float64)
    found = torch.bincount((after @ place).long(), minlength=16) / num
    assert ((found - given).abs() < 5 * (given / num).sqrt() + 1e-9).all()


def test_a_step_is_a_function_of_state_and_noise():
    rbm = random_rbm(5, 4)
    v = binary_states(5, dtype=torch.float64)[:7]
    noise = rbm.draw_noise(7, generator=torch.Generator().manual_seed(1))
    h = (noise[0] < rbm.prob_hidden(v)).double()
    want = (noise[1] < rbm.prob_visible(h)).double()
    assert torch.equal(rbm.gibbs_step(v, noise), want)
    assert torch.equal(rbm.gibbs_step(v, generator=torch.Generator().manual_seed(1)), want)


def test_ais_agrees_with_the_exact_value_within_its_own_error():
    """Ten estimates: each within 4 standard errors, and not all on one side."""
    rbm = random_rbm(12, 8, seed=4)
    exact = rbm.log_partition().item()
    signs = set()
    for seed in range(10):
        estimate = rbm.estimate_log_partition(
            num_chains=200, num_betas=300, generator=torch.Generator().manual_seed(seed)
        )
        assert abs(estimate.value - exact) < 4 * estimate.standard_error
        assert abs(estimate.value - exact) < 0.1
        signs.add(estimate.value > exact)
    assert signs == {True, False}


def test_ais_from_another_base_distribution():
    rbm = random_rbm(10, 5, seed=5)
    base = torch.linspace(-2, 2, 10, dtype=torch.float64)
    estimate = rbm.estimate_log_partition(
        base_bias=base, num_betas=300, generator=torch.Generator().manual_seed(0)
    )
    assert estimate.value == pytest.approx(
        rbm.log_partition().item(), abs=4 * estimate.standard_error
    )
    value = rbm.log_partition(
        "ais", base_bias=base, num_betas=300, generator=torch.Generator().manual_seed(0)
    )
    assert value.item() == estimate.value


def test_persistent_chains_follow_the_exact_gradient():
    """The same steps along the exact gradient and along PCD must gain the same likelihood."""
    target = random_rbm(5, 2, seed=6, scale=1.5)
    p = torch.softmax(-target.free_energy(binary_states(5, dtype=torch.float64)), 0)
    rows = torch.multinomial(p, 2000, replacement=True, generator=torch.Generator().manual_seed(0))
    data = binary_states(5)[rows]
    torch.manual_seed(0)
    rbm = RBM(5, 3, method="pcd", num_chains=2000)
    exact = RBM(5, 3)
    exact.load_state_dict(rbm.state_dict(), strict=False)
    start = rbm.log_prob(data).mean().item()
    fit(rbm, data, steps=600, batch_size=2000, lr=0.3, optimizer="sgd", progress=False)
    for _ in range(600):
        with torch.no_grad():
            for name, value in exact.likelihood_gradient(data)._asdict().items():
                getattr(exact, name).add_(0.3 * value)
    gained = [each.log_prob(data).mean().item() - start for each in (rbm, exact)]
    assert gained[1] > 0.2
    assert gained[0] == pytest.approx(gained[1], abs=0.005)


def test_bad_input():
    with pytest.raises(InputError, match="`k` is 0"):
        RBM(3, 2, k=0)
    with pytest.raises(InputError, match="`num_hidden` is 0"):
        RBM(3, 0)
    with pytest.raises(InputError, match="did you mean 'pcd'"):
        RBM(3, 2, method="pdc")
    with pytest.raises(InputError, match=r"values in \[0, 1\]"):
        RBM(3, 2).free_energy(torch.full((1, 3), 1.5))
    with pytest.raises(InputError, match="`h` has shape"):
        RBM(3, 2).prob_visible(torch.zeros(1, 3))
    with pytest.raises(ValueError, match="use method='ais'"):
        RBM(30, 21).log_partition()
    with pytest.raises(InputError, match="`method` is 'exat'"):
        RBM(3, 2).log_partition("exat")
    with pytest.raises(InputError, match="`num_betas` is an option of method='ais'"):
        RBM(3, 2).log_partition(num_betas=10)
    with pytest.raises(InputError, match="`num_betas` is 1"):
        RBM(3, 2).log_partition("ais", num_betas=1)
    with pytest.raises(InputError, match=r"flatten\(1\)"):
        RBM(784, 2).free_energy(torch.zeros(2, 1, 28, 28))


def test_a_large_log_partition_does_not_overflow():
    rbm = RBM(200, 10)
    with torch.no_grad():
        rbm.weight.fill_(1.0)
    exact = rbm.log_partition().item()  # h has n ones: C(10, n) (1 + e^n)^200
    logs = [math.log(math.comb(10, n)) + 200 * math.log1p(math.exp(n)) for n in range(11)]
    peak = max(logs)
    truth = peak + math.log(sum(math.exp(value - peak) for value in logs))
    assert exact == pytest.approx(truth, rel=1e-5)
