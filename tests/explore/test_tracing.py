"""What can be a graph becomes one that agrees with torch; what cannot is refused clearly."""

import pytest
import torch
from refused import EXPORTS, REFUSED
from torch.distributions import Normal

from genedu.errors import InputError, require_tensor
from genedu.explore.comparison import difference, run, session
from genedu.explore.graph import export
from genedu.explore.tracing import call, trace

POINTS = (torch.tensor([0.3, -0.2, 0.7]), torch.tensor([1.5, -1.0, 0.1]), torch.zeros(3))


def named(fn):
    return fn.__name__


def disagreement(fn, points=POINTS):
    """The largest difference of graph and function over the points."""
    graph = export(fn, {"a": points[0]})
    runtime = session(graph.data)
    worst = 0.0
    for point in points:
        got, want = run(runtime, {"a": point}), call(fn, {"a": point})
        worst = max(worst, *(difference(got[name], want[name]) for name in want))
    return worst


@pytest.mark.parametrize("fn", EXPORTS, ids=named)
def test_a_graph_agrees_with_torch(fn):
    assert disagreement(fn) < 1e-5


@pytest.mark.parametrize(("fn", "names"), REFUSED.items(), ids=map(named, REFUSED))
def test_a_refusal_names_cause_and_remedy(fn, names):
    with pytest.raises(InputError) as caught:
        export(fn, {"a": POINTS[0]})
    for name in names:
        assert name in str(caught.value)
    assert "but" in str(caught.value)


def test_the_number_of_the_line_is_that_of_the_file():
    def outer(a):
        return inner(a) + 1

    def inner(a):
        return a + torch.rand(3)

    with pytest.raises(InputError, match=rf"Line {inner.__code__.co_firstlineno + 1}: return a"):
        trace(outer, {"a": POINTS[0]})


def test_what_depends_on_no_input_needs_no_onnx_form():
    table = torch.diag(torch.tensor([1.0, 2.0, 4.0]))

    def fn(a):
        values = torch.linalg.eigvalsh(table)
        return (values + (torch.arange(3) >> 1)) * a

    assert disagreement(fn) < 1e-6


def test_gradients_inside_may_change_what_fn_made():
    def fn(a):
        path = [a]
        for _ in range(3):
            path.append(path[-1] - 0.1 * torch.func.grad(lambda a: (a**4).sum())(path[-1]))
        total = torch.zeros(4, 3)
        for number, place in enumerate(path):
            total[number] = place
        return total

    assert disagreement(fn) < 1e-6


def test_a_copy_may_change_where_autograd_is_used():
    def fn(a):
        a = a.clone().requires_grad_(True)
        copy = a.detach().clone()
        copy[0] = 5
        (a**2).sum().backward()
        return {"gradient": a.grad, "copy": copy, "a": a}

    assert disagreement(fn) < 1e-6


@pytest.mark.parametrize(
    "choose",
    [
        lambda table, i: table[i],
        lambda table, i: table[i, 1],
        lambda table, i: table[1, i],
        lambda table, i: table[:, i],
        lambda table, i: table[:2, i, 1:],
        lambda table, i: table[0, :, i],
        lambda table, i: table[i, i, i],
        lambda table, i: table[-1, i - 2],
        lambda table, i: table[i][i],
        lambda table, i: table[..., i, None],
        lambda table, i: table[None, i, ..., 1],
        lambda table, i: table[..., i],
        lambda table, i: table[i, ...],
        lambda table, i: table[i, [0, 2]],
        lambda table, i: table[[0, 2], :, i],
        lambda table, i: table[torch.tensor([[0], [2]]), i - 3],
    ],
)
def test_one_of_a_table_by_an_index_that_is_a_value(choose):
    table = torch.arange(27.0).reshape(3, 3, 3)

    def fn(a):
        return choose(table, a[0].round().long())

    points = tuple(torch.full((3,), float(index)) for index in range(3))
    assert disagreement(fn, points) == 0


def test_jacobians_of_several_sizes():
    def fn(a):
        def two(a, b):
            return torch.stack([(a * b).sum(), (a**2).sum()]), a.sin()

        jacobians = torch.func.jacrev(two, argnums=(0, 1))(a, a + 1)
        return {f"{i}{j}": part for i, row in enumerate(jacobians) for j, part in enumerate(row)}

    assert disagreement(fn) < 1e-6


def test_checks_of_shapes_stay_checks_of_values_go():
    def fn(a):
        return require_tensor("a", a, (3,), minimum=0)

    with pytest.raises(InputError, match=r"values from -0\.2"):
        fn(POINTS[0])
    assert disagreement(fn, points=(torch.rand(3),)) == 0
    with pytest.raises(InputError, match="shape"):
        export(lambda a: require_tensor("a", a, (4,)), {"a": POINTS[0]})


def test_tracing_leaves_no_trace():
    validate, compiling = Normal(0.0, 1.0)._validate_args, torch.compiler.is_compiling()
    with pytest.raises(InputError):
        trace(lambda a: a.item(), {"a": torch.tensor(1.0)})
    with pytest.raises(ValueError, match="scale"):
        Normal(0.0, -1.0)
    assert Normal(0.0, 1.0)._validate_args is validate
    assert torch.compiler.is_compiling() is compiling is False


def test_a_step_of_training_leaves_weights_and_gradients():
    weight = torch.nn.Parameter(torch.ones(3))

    def slope(a):
        ((weight - a) ** 2).sum().backward()
        return weight.grad * 1

    def step(a):
        slope(a)
        torch.optim.SGD([weight], 0.1).step()
        return weight * 1

    assert disagreement(slope) < 1e-6  # 2 (w - a), and not the sum of all calls
    assert torch.equal(call(slope, {"a": POINTS[0]})["out"], 2 * (1 - POINTS[0]))
    with pytest.raises(InputError, match="changes in place"):
        export(step, {"a": POINTS[0]})
    assert weight.grad is None
    assert torch.equal(weight, torch.ones(3))


def test_inputs_are_not_changed():
    a = torch.ones(3)

    def fn(a):
        return a.add_(1)

    call(fn, {"a": a})
    export(fn, {"a": a})
    assert torch.equal(a, torch.ones(3))
