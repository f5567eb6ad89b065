"""States of binary units against sums that are known."""

import pytest
import torch

from genedu.errors import InputError
from genedu.evaluation import (
    binary_states,
    log_sum_over_states,
    state_frequencies,
    sweep_matrix,
    total_variation,
)


def test_states_count_in_binary():
    states = binary_states(5)
    place = torch.tensor([16.0, 8.0, 4.0, 2.0, 1.0])
    assert torch.equal(states @ place, torch.arange(32.0))
    assert binary_states(0).shape == (1, 0)


def test_frequencies_are_in_the_order_of_the_states():
    states = binary_states(4)
    counts = torch.arange(16)
    frequencies = state_frequencies(states.repeat_interleave(counts, 0))
    torch.testing.assert_close(frequencies, counts / counts.sum())


def test_the_sum_over_states_crosses_chunks():
    """Independent units: the sum over 2**16 states is a product of 16 factors."""
    bias = torch.linspace(-1, 1, 16, dtype=torch.float64, requires_grad=True)
    value = log_sum_over_states(16, lambda s: s @ bias, bias)
    truth = torch.nn.functional.softplus(bias).sum()
    assert value.item() == pytest.approx(truth.item(), abs=1e-10)
    (gradient,) = torch.autograd.grad(value, bias)
    torch.testing.assert_close(gradient, torch.sigmoid(bias.detach()))


def test_the_matrix_of_a_sweep_is_the_product_of_its_single_updates():
    """Two units by hand: first unit 0 given unit 1, then unit 1 given the new unit 0."""
    on = torch.tensor([[0.2, 0.7], [0.6, 0.9]], dtype=torch.float64)  # [unit, state of the other]
    matrix = sweep_matrix(lambda x, unit: on[unit, x[:, 1 - unit].long()], 2)
    for s, (_, old) in enumerate(binary_states(2).long().tolist()):
        for t, (first, second) in enumerate(binary_states(2).long().tolist()):
            one = on[0, old] if first else 1 - on[0, old]
            two = on[1, first] if second else 1 - on[1, first]
            assert matrix[s, t].item() == pytest.approx((one * two).item(), abs=1e-15)


def test_a_sweep_leaves_its_joint_distribution_in_place():
    p = torch.rand(16, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    p = (p / p.sum()).view(2, 2, 2, 2)

    def conditional(x, unit):
        index = x.long().T.clone()
        index[unit] = 1
        on = p[tuple(index)]
        index[unit] = 0
        return on / (on + p[tuple(index)])

    matrix = sweep_matrix(conditional, 4)
    torch.testing.assert_close(matrix.sum(1), torch.ones(16, dtype=torch.float64))
    torch.testing.assert_close(p.flatten() @ matrix, p.flatten())
    with pytest.raises(InputError, match="`num_units` is 11"):
        sweep_matrix(conditional, 11)


def test_total_variation_is_the_largest_difference_of_an_event():
    p, q = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]], dtype=torch.float64)
    events = binary_states(3, dtype=torch.float64)
    largest = (events @ (p - q)).max()
    assert total_variation(p, q).item() == pytest.approx(largest.item(), abs=1e-15)


def test_bad_states_are_refused():
    with pytest.raises(ValueError, match="at most 20"):
        binary_states(21)
    with pytest.raises(InputError, match="binary values are accepted"):
        state_frequencies(torch.tensor([[0.5]]))
