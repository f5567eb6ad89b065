"""47 functions of one vector: some can be a graph, the others must be refused in clear words.

`EXPORTS` are functions whose graph must agree with torch; `REFUSED` maps others to what their
refusal has to name.
"""

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical, MultivariateNormal, Normal, kl_divergence
from torch.nn import functional as F

buffer = torch.zeros(3)
table = torch.linspace(0, 1, 3)
linear = nn.Linear(3, 3)
dropout = nn.Sequential(linear, nn.Dropout(0.5))
batch_norm = nn.BatchNorm1d(3)
encoder = nn.TransformerEncoderLayer(4, 2, batch_first=True).eval()

EXPORTS, REFUSED = [], {}


def exports(fn):
    EXPORTS.append(fn)
    return fn


def refused(*names):
    def mark(fn):
        REFUSED[fn] = names
        return fn

    return mark


LOOKS = "looks at the value", "torch.where"
RANDOM = "draws its own random numbers", "noise={"
CHANGES = "changes in place", "`state`"
NO_FORM = ("ONNX form",)
SHAPE = "shape depends on values", "torch.where"


@refused(*LOOKS, "if a.sum() > 0:")
def branch(a):
    if a.sum() > 0:
        return a
    return -a


@refused(*LOOKS, "while a.norm() > 1:")
def loop_until(a):
    while a.norm() > 1:
        a = a / 2
    return a


@refused(*LOOKS, "a.mean().item()")
def item(a):
    return torch.full((3,), a.mean().item())


@refused("looks at the value", ".numpy()", "np.sin(a.numpy())")
def through_numpy(a):
    return torch.from_numpy(np.sin(a.numpy()))


@refused(*RANDOM, "randn", "a + torch.randn(3)")
def randn(a):
    return a + torch.randn(3)


@refused(*RANDOM, "randn_like")
def randn_like(a):
    return a + torch.randn_like(a)


@refused(*RANDOM, "bernoulli")
def bernoulli(a):
    return torch.bernoulli(torch.sigmoid(a))


@refused(*RANDOM, "multinomial")
def multinomial(a):
    return torch.multinomial(torch.softmax(a, 0), 1)


@refused(*RANDOM, "generator=torch.Generator()")
def own_generator(a):
    return a + torch.randn(3, generator=torch.Generator().manual_seed(0))


@refused(*RANDOM, "Normal(a, 1.0).sample()")
def sample(a):
    return Normal(a, 1.0).sample()


@refused(*RANDOM, "Normal(a, 1.0).rsample()")
def reparameterized(a):
    return Normal(a, 1.0).rsample()


@refused(*RANDOM, ".eval()")
def with_dropout(a):
    return dropout(a)


@refused(*CHANGES, ".eval()")
def with_batch_norm(a):
    return batch_norm(a.expand(4, 3))


@exports
def in_place(a):
    a += 1
    a[0] = 5
    a.clamp_(max=3)
    return a


@refused(*CHANGES, "buffer.add_(a)")
def in_place_outside(a):
    buffer.add_(a)
    return buffer * 1


@refused(*CHANGES, "buffer.data.add_(1)")
def in_place_behind_the_back(a):
    buffer.data.add_(1)
    return a + buffer


@refused(*CHANGES, "part.mul_(a[0])")
def in_place_in_a_view(a):
    part = buffer.view(3, 1)
    part.mul_(a[0])
    return part


@refused(*CHANGES, "out=buffer")
def into_what_was_there(a):
    return torch.add(buffer, a, out=buffer)


@exports
def in_place_on_what_constants_made(a):
    copy, twice = table.clone(), torch.cat([table, table])
    copy[1] = a[0]
    copy.masked_fill_(table > a, 9.0)
    twice[1:3] += a[:2]
    return copy + twice[:3] + twice[3:]


@refused(*NO_FORM, "linalg_eigh", "torch.linalg.eigh")
def eigenvalues(a):
    return torch.linalg.eigh(torch.outer(a, a)).eigenvalues


@refused(*NO_FORM, "linalg_det", "2x2")
def determinant(a):
    return torch.linalg.det(torch.outer(a, a) + torch.eye(3))


@refused(*NO_FORM, "cholesky")
def cholesky(a):
    return torch.linalg.cholesky(torch.eye(3) + torch.diag(a * a))


@refused(*NO_FORM, "lgamma", "table")
def log_gamma(a):
    return torch.erf(a) + torch.special.gammaln(a.abs() + 1)


@exports
def error_function(a):
    return torch.erf(a)


@exports
def cumulative_sum(a):
    return a.cumsum(0)


@exports
def sort(a):
    return a.sort().values


@exports
def top(a):
    return a.topk(2).values


@refused(*SHAPE, "a[a > 0]")
def nonzero(a):
    return a[a > 0]


@refused(*NO_FORM, "histc", "edges", "torch.histc(a, 10)")
def histogram(a):
    return torch.histc(a, 10)


@exports
def fourier(a):
    return torch.fft.rfft(a).abs()


@exports
def backward(a):
    a = a.requires_grad_(True)
    (a**2).sum().backward()
    return a.grad


@exports
def autograd(a):
    with torch.enable_grad():
        a = a.detach().requires_grad_(True)
        return torch.autograd.grad((a**3).sum(), a)[0]


@exports
def functional_gradient(a):
    return torch.func.grad(lambda a: (a**3).sum())(a)


@exports
def jacobian(a):
    return torch.func.jacrev(lambda a: torch.tanh(linear(a)))(a)


@exports
def vectorized(a):
    return torch.func.vmap(lambda t: torch.sin(t) * a)(torch.arange(4.0))


@exports
def long_loop(a):
    for _ in range(20):
        a = torch.tanh(linear(a))
    return a


@exports
def index_by_value(a):
    return torch.linspace(0, 1, 10)[(a[0].abs() * 3).long()]


@exports
def one_hot(a):
    return F.one_hot((a > 0).long(), 2).float()


@refused("returns str", "return {'name': tensor}")
def text(a):
    return "hi"


@refused("returns int under 'n'", "torch.tensor")
def number(a):
    return {"a": a, "n": 3}


@exports
def convolution(a):
    return F.conv1d(a.reshape(1, 1, 3), torch.ones(1, 1, 2))


@exports
def log_sum_exp(a):
    return torch.logsumexp(a, 0)


@refused(*CHANGES, "torch.func.grad", "optimizer.step()")
def optimizer_step(a):
    optimizer = torch.optim.SGD(linear.parameters(), 0.1)
    linear(a).sum().backward()
    optimizer.step()
    return linear(a)


@exports
def complex_inside(a):
    return torch.polar(a, a).real


@exports
def double_inside(a):
    return a.double().sin().float()


@exports
def scatter(a):
    return torch.zeros(5).scatter_add(0, torch.tensor([0, 1, 1]), a)


@refused(*SHAPE, "bincount", "torch.arange(n)")
def count(a):
    return torch.bincount((a > 0).long(), minlength=4).float()


@refused(*NO_FORM, "cholesky", "MultivariateNormal")
def multivariate(a):
    return MultivariateNormal(a, (1 + a[0] ** 2) * torch.eye(3)).log_prob(torch.zeros(3))


@refused(*NO_FORM, "linalg_solve_triangular")
def multivariate_of_a_constant(a):
    return MultivariateNormal(torch.zeros(3), torch.eye(3)).log_prob(a)


@exports
def divergence(a):
    return kl_divergence(Normal(a, 1.0), Normal(0.0, 2.0))


@exports
def entropy(a):
    return Categorical(logits=a).entropy()


@refused(*NO_FORM, "searchsorted", "edges")
def search(a):
    return torch.searchsorted(torch.linspace(0, 1, 10), a).float()


@exports
def buckets(a):
    return torch.bucketize(a, torch.linspace(0, 1, 10)).float()


@exports
def transpose_times_vector(a):
    return torch.outer(a, a[:2]).T @ table


@exports
def what_was_a_copy(a):
    return torch.outer(a, a[:2]).T.contiguous().view(-1)


@exports
def attention(a):
    words = torch.outer(a, table).reshape(1, 1, 3, 3)
    return F.scaled_dot_product_attention(words, words, words, is_causal=True)


@exports
def transformer(a):
    return encoder(torch.outer(a, torch.ones(4))[None])


@exports
def jacobian_forward(a):
    return torch.func.jacfwd(lambda a: a**3)(a)


@refused("looks at the value", "torch.stack")
def tensor_of_tensors(a):
    return torch.tensor([a[0], a[1]])


@refused("looks at the value", "torch.where", "torch.equal(a, a)")
def equal(a):
    return a if torch.equal(a, a) else -a


@refused(*NO_FORM, "complex numbers", "real and imaginary")
def complex_exponential(a):
    return torch.exp(1j * a).abs()


@refused(*NO_FORM, "uses cumprod", "a.cumprod(0)")
def cumulative_product(a):
    return a.cumprod(0)


@refused("torch.uint8", ".long()", "a.to(torch.uint8)")
def bytes_inside(a):
    return a.to(torch.uint8) * 2


@refused("16,000,000 numbers", "10,000,000")
def too_much(a):
    return a[0] + torch.zeros(4000, 4000)


@refused("complex numbers", ".abs()")
def complex_outside(a):
    return torch.fft.fft(a)


@refused("returns nothing")
def nothing(a):
    a + 1
