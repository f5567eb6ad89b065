"""Each derivation: its evidence holds, its code agrees, its slips are rejected."""

import subprocess
import sys

import pytest
import torch

from genedu import derivations
from genedu.derivations.comparison import compare, resolve
from genedu.errors import InputError

IDS = derivations.ids()


@pytest.fixture(scope="module")
def reports():
    return {id: derivations.load(id).verify() for id in IDS}


@pytest.mark.parametrize("id", IDS)
def test_every_check_of_a_derivation_holds(id, reports):
    assert reports[id].ok, str(reports[id])


@pytest.mark.parametrize("id", IDS)
def test_nothing_of_a_derivation_is_missing(id):
    d = derivations.load(id)
    assert d.id == id
    assert d.assumptions
    assert d.implementations
    assert d.slips
    assert all(len(step.why) > 5 and step.why.rstrip("$").endswith((".", "?")) for step in d.steps)
    assert len(d.claims) == len(d.chains)


@pytest.mark.parametrize("id", IDS)
def test_numbers_alone_and_proofs_alone_accept_each_derivation(id):
    d = derivations.load(id)
    only_proofs = d.verify(refuter=False, implementations=False, slips=False)
    assert only_proofs.ok, str(only_proofs)
    only_numbers = d.verify(prover=False, implementations=False, slips=False)
    assert only_numbers.ok
    assert {row.kind for row in only_numbers.rows} == {"claim", "not refuted"}


AT_SIZE = {
    "gaussian-kl": {"proved", "proved at K=3", "proved at D=2"},
    "bm-gradient": {"proved at M=3"},
    "bm-conditional": {"proved at M=3"},
    "rbm-gradient": {"proved at H=2, V=2"},
    "rbm-conditional": {"proved at H=2, V=2"},
    "flow-change-of-variables": {"proved", "proved at d=2, m=2"},
}


@pytest.mark.parametrize("id", IDS)
def test_every_link_is_proved_in_general_but_where_a_size_is_named(id, reports):
    kinds = {row.kind for row in reports[id].rows if "proved" in row.kind}
    assert kinds == AT_SIZE.get(id, {"proved"})
    assert not reports[id].count("tested")


@pytest.mark.parametrize(
    ("id", "printed"),
    [
        ("bm-gradient", "ordered pairs"),
        ("bm-conditional", "1/e^{-z}"),
        ("bm-conditional", "with $j = i$"),
        ("rbm-gradient", r"\log p(\mathbf{v}^{(n)}, \mathbf{h})"),
        ("gaussian-mle", "without the factor $N$"),
        ("grbm-cd-pca", "replaced by its mean"),
    ],
)
def test_the_slips_of_the_sources_are_among_those_rejected(id, printed):
    slips = derivations.load(id).slips
    assert any(printed in slip.printed for slip in slips)


@pytest.mark.parametrize("id", IDS)
def test_a_right_line_does_not_pass_for_a_slip(id):
    d = derivations.load(id)
    slip = d.slips[0]
    harmless = derivations.Slip(slip.step, d.steps[slip.step].expr, slip.printed, slip.why)
    assert not d.check_slip(harmless).ok


def test_a_replaced_line_fails_the_report_and_leaves_the_original_alone():
    d = derivations.load("bm-gradient")
    wrong = d.replace(3, 2 * d.steps[3].expr)
    report = wrong.verify(implementations=False, slips=False)
    assert not report.ok
    assert {row.step for row in report.failures} == {3, 4}
    assert "is false at a witness" in report.failures[0].note
    assert d.steps[3] != wrong.steps[3]
    with pytest.raises(InputError, match="`step` is 10, but an integer from 0 to 9"):
        d.replace(10, d.result)


@pytest.mark.parametrize("where", [0, -1])
def test_a_replaced_end_no_longer_matches_the_claim(where):
    d = derivations.load("bm-conditional")
    number = range(len(d.steps))[where]
    rows = d.replace(number, d.steps[number].expr + 1).verify(slips=False).failures
    assert "claim" in {row.kind for row in rows}


# -- code ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("id", IDS)
def test_the_named_functions_exist(id):
    for item in derivations.load(id).implementations:
        assert callable(resolve(item.name)[1]), item.name


def test_wrong_code_is_found(monkeypatch):
    from genedu.models import boltzmann

    right = boltzmann.likelihood_gradient

    def without_the_mirror_image(x, weight, bias):
        by_weight, by_bias = right(x, weight, bias)
        return by_weight.triu(), by_bias

    d = derivations.load("bm-gradient")
    monkeypatch.setattr(boltzmann, "likelihood_gradient", without_the_mirror_image)
    row = compare(d, d.implementations[0])
    assert not row.ok
    assert "differ by" in row.note
    monkeypatch.setattr(boltzmann, "likelihood_gradient", lambda x, w, b: (w[:2], b))
    assert "but (4, 4) is derived" in compare(d, d.implementations[0]).note
    monkeypatch.delattr(boltzmann, "likelihood_gradient")
    assert "has no attribute" in compare(d, d.implementations[0]).note


def test_a_wrong_slope_of_the_code_is_found(monkeypatch):
    from genedu.models.rbm import RBM

    right = RBM.free_energy

    def detached(self, v):
        return right(self, v).detach() + (0 * self.weight).sum() + 0 * self.visible_bias.sum()

    d = derivations.load("rbm-gradient")
    item = next(i for i in d.implementations if i.name.endswith("free_energy"))
    assert compare(d, item).ok
    monkeypatch.setattr(
        RBM, "free_energy", lambda self, v: detached(self, v) + 0 * self.hidden_bias.sum()
    )
    assert "gradients differ by" in compare(d, item).note


@pytest.mark.parametrize("bias", ["visible_bias", "hidden_bias"])
def test_a_bias_that_the_energy_forgets_is_found(monkeypatch, bias):
    from genedu.models.gaussian_rbm import GaussianGaussianRBM

    right = GaussianGaussianRBM.energy

    def forgetful(self, v, h):
        getattr(self, bias).data.zero_()
        return right(self, v, h)

    d = derivations.load("grbm-cd-pca")
    item = next(i for i in d.implementations if i.name.endswith("energy"))
    assert compare(d, item).ok
    monkeypatch.setattr(GaussianGaussianRBM, "energy", forgetful)
    assert "differ by" in compare(d, item).note


def test_only_the_code_catches_what_is_consistently_wrong():
    from sympy import log

    from genedu.derivations.averages import Avg, DataAvg
    from genedu.derivations.book.bm_gradient import BIAS, M, W, b, i, j, machine, x
    from genedu.derivations.calculus import Components, Grad
    from genedu.derivations.nodes import IndexSum, board
    from genedu.derivations.provers import Setting

    with board():  # every ordered pair: the energy of another machine, rightly differentiated
        _, _, p = machine(
            -BIAS - IndexSum(W[i, j] * x[i] * x[j], (i, M), (j, M), where=("≠", i, j))
        )
        start = Grad(DataAvg(log(p), x), b, W)

        def gap(f):
            return DataAvg(f, x) - Avg(f, p, "model", x)

        end = Components((W[i, j], 2 * gap(x[i] * x[j])), (b[i], gap(x[i])))
    steps = derivations.Step(start, "Start."), derivations.Step(end, "Differentiate.")
    claim = derivations.Claim(start, "=", end)
    chain = derivations.Chain("Another machine", claim, steps, Setting(sizes={M: 2}))
    right = derivations.load("bm-gradient")
    twice = derivations.Derivation(
        "twice", "t", "s", (chain,), right.assumptions, right.implementations, ()
    )
    report = twice.verify()
    assert [row.kind for row in report.rows if row.ok] == ["claim", "proved at M=2"]
    assert [row.kind for row in report.failures] == ["compared"]


def test_float32_defaults_and_the_random_state_are_left_alone():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    derivations.load("bm-gradient").verify(slips=False)
    assert torch.get_default_dtype() == torch.float32
    assert torch.equal(before, torch.get_rng_state())


# -- finding and listing -------------------------------------------------------------------------
def test_ids_come_in_the_order_of_the_book_and_are_a_copy():
    derivations.ids().clear()
    assert derivations.ids()[:3] == ["gaussian-mle", "gaussian-kl", "bm-gradient"]


@pytest.mark.parametrize("wrong", ["bm-gradiant", "BM-GRADIENT", "", None, 3])
def test_an_unknown_id_is_refused_with_near_names(wrong):
    with pytest.raises(InputError, match=r"`id` is .*Accepted: gaussian-mle, gaussian-kl"):
        derivations.load(wrong)


def test_loading_brings_neither_torch_nor_other_derivations():
    code = (
        "import sys; from genedu import derivations; derivations.load('bm-gradient').latex();"
        "assert 'torch' not in sys.modules;"
        "assert 'genedu.derivations.book.rbm_gradient' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_summary_counts_every_kind_of_evidence(reports):
    table = derivations.summary_table(reports.values()).splitlines()
    assert table[0].startswith("derivation")
    assert [line.split()[0] for line in table[1:]] == IDS
    first = table[1 + IDS.index("bm-gradient")].split()
    assert first[:7] == ["bm-gradient", "9", "0", "9", "0", "1", "1"]
    assert first[-1] == "ok"
    d = derivations.load("bm-gradient")
    failed = d.replace(3, d.result * 2).verify(implementations=False, slips=False)
    assert derivations.summary_table([failed]).endswith("2 FAILED")
    assert "FAIL refuted" in str(failed)
