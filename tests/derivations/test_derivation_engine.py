"""The checker itself: what must not be provable is not, with the prover alone; what is, is."""

import pytest
import sympy as sp
from sympy import exp, log, sqrt

from genedu.derivations import Chain, Claim, Derivation, Step, provers, words
from genedu.derivations.algebra import is_zero
from genedu.derivations.averages import Avg, DataAvg, DataSum, StateSum
from genedu.derivations.calculus import At, Components, Diff, Grad, Iterate, LogGap, Sigma
from genedu.derivations.gaps import Gap
from genedu.derivations.matrices import Expect, Identity, Mat, Mode, Norm2, T
from genedu.derivations.nodes import IndexProd, IndexSum, Named, Tensor, board, indices
from genedu.derivations.provers import PROVERS, Algebra, Cases, Induction, Setting
from genedu.derivations.rational import rational_is_zero
from genedu.derivations.refuter import refute
from genedu.errors import InputError

x, y = sp.symbols("x y", real=True)
a, b, r = sp.symbols("a b r", positive=True)
i, j, k, M = indices("i j k M")
n, N = sp.Symbol("n", integer=True, positive=True), sp.Symbol("N", positive=True)
t = Tensor("t", M)
u = Tensor("u", M, kind="binary")
W = Tensor("W", M, M, symmetric=True)
SIZE = Setting(sizes={M: 3}, num=N)


def proved(left, right, setting=SIZE, evidence=None) -> bool:
    try:
        return (evidence or Algebra()).prove(left, right, setting)
    except (ValueError, ArithmeticError):
        return False


def both(left, right, setting=SIZE) -> tuple[bool, bool]:
    """Whether the numbers accept it, whether the prover alone does."""
    return refute(left, right, "=", setting) is None, proved(left, right, setting)


def one_chain(first, *rest, setting=SIZE, claim=None):
    steps = (Step(first, "Start."), *rest)
    claim = claim or Claim(first, "=", steps[-1].expr)
    return Derivation("d", "t", "s", (Chain("c", claim, steps, setting),), (), (), ())


# -- traps: each of these was once proved by some checker --------------------------------------
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (DataAvg(x, x), x),  # a captured variable: outside, x is not the datum
        (x * DataAvg(sp.Integer(1), x), DataAvg(x, x)),
        (DataAvg(x * y, x), x * y),
        (StateSum(t[1] + u[1], u), StateSum(sp.Integer(1), u) * (t[1] + u[1])),
        (StateSum(u[1], u), 8 * u[1]),
        (IndexSum(t[i], (i, M)) * u[2], IndexSum(t[i] * u[i], (i, M))),
        (At(x**2, x, y), x**2),
        (IndexSum(IndexSum(t[i], (i, M)) * t[i], (i, M)), IndexSum(3 * t[i] ** 2, (i, M))),
    ],
)
def test_a_bound_variable_is_not_captured(left, right):
    assert both(left, right) == (False, False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (DataAvg(x, x) + 1, DataAvg(x, x)),  # a constant split off and forgotten
        (DataAvg(x + a, x), DataAvg(x, x)),
        (DataSum(x + a, x, N), DataSum(x, x, N) + a),
        (StateSum(u[1] + a, u), StateSum(u[1], u) + a),
        (IndexSum(t[i] + a, (i, M)), IndexSum(t[i], (i, M)) + a),
        (Diff(x**2 + a, x), 2 * x + a),
    ],
)
def test_a_constant_is_not_forgotten(left, right):
    assert both(left, right) == (False, False)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (log(x * y), log(x) + log(y)),
        (log(x**2), 2 * log(x)),
        (sqrt(x**2), x),
        (log(x**2 - 1), log(x - 1) + log(x + 1)),
        (log(a - b) + log(a + b), log(b**2 - a**2)),
        (sqrt(x * y), sqrt(x) * sqrt(y)),
    ],
)
def test_signs_are_not_guessed(left, right):
    assert not is_zero(left - right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (DataAvg(x**2, x), DataAvg(x, x) ** 2),
        (DataAvg(x * t[1], x), DataAvg(x, x) * DataAvg(t[1], t)),
        (DataAvg(exp(x), x), exp(DataAvg(x, x))),
        (log(DataAvg(exp(x), x)), DataAvg(x, x)),
        (DataAvg(x, x), DataAvg(t[1], t)),
    ],
)
def test_an_average_is_linear_and_nothing_more(left, right):
    assert both(left, right)[1] is False


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (DataAvg(x - DataAvg(x, x), x), sp.Integer(0)),
        (DataAvg((x - DataAvg(x, x)) ** 2, x), DataAvg(x**2, x) - DataAvg(x, x) ** 2),
        (DataAvg(DataAvg(x, x) * x, x), DataAvg(x, x) ** 2),
        (DataAvg(a * x + b, x), a * DataAvg(x, x) + b),
        (DataSum(a, x, N), N * a),
        (Diff(DataAvg(exp(a * x), x), a), DataAvg(x * exp(a * x), x)),
    ],
)
def test_what_holds_of_every_average_is_proved(left, right):
    assert both(left, right) == (True, True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (log(a * b / 2), log(a) + log(b) - log(2)),
        (log(a**2 - 2 * a * b + b**2 + 4 * a * b), 2 * log(a + b)),
        (log(exp(x) + exp(x + y)), x + log(1 + exp(y))),
        (exp(x / 2) ** 2 / (1 + exp(x)), 1 / (1 + exp(-x))),
        (log(1 / (sqrt(2 * sp.pi) * a)), -log(2 * sp.pi) / 2 - log(a)),
        (a ** (2 * n + 1), a * a**n * a**n),
        (sqrt(a) * sqrt(a * b), a * sqrt(b)),
        (1 / (1 + 1 / (1 + sqrt(a))), (1 + sqrt(a)) / (2 + sqrt(a))),
        (sqrt(1 + a) ** 3 / (1 + a), sqrt(1 + a)),
        (log((a - b) ** 2 * a), log(a * (a**2 - 2 * a * b + b**2))),
    ],
)
def test_true_equalities_are_proved(left, right):
    assert is_zero(left - right)


def test_a_denominator_that_is_zero_proves_nothing():
    hidden = (a + 1) ** 2 - a**2 - 2 * a - 1
    assert not proved(a / sp.Pow(hidden, 1, evaluate=False), b / hidden)
    assert not rational_is_zero(sp.nan)


# -- sizes, indices, directions ----------------------------------------------------------------
def test_what_holds_only_at_the_prover_s_size_is_refuted_at_another():
    assert both(IndexSum(sp.Integer(1), (i, M)), sp.Integer(3)) == (False, True)


def test_free_indices_are_all_tried():
    setting = Setting(sizes={M: 3}, each={i: M})
    assert both(t[i] + 0 * a, t[i] * 1, setting) == (True, True)
    only_first = t[i] + (i - 1) * a
    assert both(only_first, t[i], setting) == (False, False)


def test_sums_over_related_indices():
    pairs = IndexSum(W[i, j] * u[i] * u[j], (i, M), (j, M), where=("<", i, j))
    twice = IndexSum(W[i, j] * u[i] * u[j], (i, M), (j, M), where=("≠", i, j))
    everything = IndexSum(W[i, j] * u[i] * u[j], (i, M), (j, M))
    assert both(2 * pairs, twice) == (True, True)
    assert both(twice, everything) == (False, False)  # the diagonal is free
    assert both(IndexProd(exp(t[i]), (i, M)), exp(IndexSum(t[i], (i, M)))) == (True, True)


def test_a_gradient_is_checked_in_all_parameters_at_once():
    f = IndexSum(t[i] * u[i], (i, M)) + IndexSum(
        W[i, j] * u[i] * u[j], (i, M), (j, M), where=("<", i, j)
    )
    right = Components((W[i, j], u[i] * u[j]), (t[i], u[i]))
    assert both(Grad(f, t, W), right) == (True, True)
    for wrong in (
        Components((W[i, j], u[i] * u[j]), (t[i], 2 * u[i])),  # right in W, wrong in t
        Components((W[i, j], u[i]), (t[i], u[i])),
        Components((W[i, j], u[i] * u[j])),
    ):
        assert both(Grad(f, t, W), wrong) == (False, False)


def test_binary_units_are_used_only_where_the_evidence_says_so():
    square = u[1] ** 2
    assert not proved(square, u[1])
    assert proved(square, u[1], evidence=Cases((u,)))
    assert not proved(square * t[1], u[1], evidence=Cases((u,)))
    assert both(Sigma(x), exp(x) / (1 + exp(x))) == (True, True)
    weight = Sigma(t[1]) ** u[1] * (1 - Sigma(t[1])) ** (1 - u[1])
    average = Avg(u[1], Named("p", weight), "p", u[1])
    assert both(average, Sigma(t[1])) == (True, True)


# -- matrices ----------------------------------------------------------------------------------
V, H = indices("V H")
SHAPES = Setting(sizes={V: 3, H: 2})
A, B = Mat("A", V, H), Mat("B", V, V, kind="symmetric")
Q = Mat("Q", V, V, kind="orthogonal")
D1 = Mat("D", V, V, kind="diagonal", mode=a)
D2 = Mat("F", V, H, kind="diagonal", mode=b)
v, w = Mat("v", V), Mat("w", V)


@pytest.mark.parametrize(
    ("left", "right", "true"),
    [
        (T(A * T(A)), A * T(A), True),
        (T(Q) * B * Q * T(Q), T(Q) * B, True),
        (T(B), B, True),
        (T(v) * A * T(A) * w, T(w) * A * T(A) * v, True),
        (Norm2(T(A) * v), T(v) * A * T(A) * v, True),
        (Expect((v + w) * T(v + w), "", (v, B), (w, Identity())), B + Identity(), True),
        (Expect(T(v) * A * T(A) * w, "", (v, B)), sp.Integer(0), True),
        (Mode(T(Q) * (Q * D1 * T(Q)) * Q * D2), a * b + 0 * x, True),
        (Mode(B * B + A * T(A)), Mode(B * B) + Mode(A * T(A)), True),
        (B * Q, Q * B, False),
        (T(A * T(A) * B), A * T(A) * B, False),
        (Expect(v * T(w), "", (v, B), (w, B)), B, False),
        (Expect(v * T(v), "", (v, B)), 2 * B, False),
        (Mode(B * Q), Mode(B) * Mode(Q), False),
        (Mode(D1 * D2), a**2 * b, False),
        (Norm2(v + w), Norm2(v) + Norm2(w), False),
    ],
)
def test_words_of_matrices(left, right, true):
    assert both(left, right, SHAPES) == (true, true)


@pytest.mark.parametrize("wrong", [A * B, A + B, A * A, v * A, B * A + A * B])
def test_shapes_that_do_not_fit_are_no_words(wrong):
    with pytest.raises(words.NotAWord, match="shapes"):
        words.normal(wrong)
    assert both(wrong, 0 * x, SHAPES) == (False, False)
    assert both(Mode(D2 * D2), b**2, SHAPES) == (False, False)


def test_fourth_moments_are_refused_rather_than_guessed():
    assert not proved(Expect(v * T(v) * v * T(v), "", (v, B)), 3 * B * B, SHAPES)


# -- recursions --------------------------------------------------------------------------------
STEP = Iterate.variable("x")
HALVES = Iterate("x", STEP / 2 + a, STEP, b, n)


def test_induction_proves_a_closed_form_for_every_n():
    closed = 2 * a + (b - 2 * a) / sp.Integer(2) ** n
    assert refute(HALVES, closed, "=", SIZE) is None
    assert Induction(HALVES, closed).prove(HALVES, closed, SIZE)
    assert not proved(HALVES, closed)  # without the certificate it is an opaque number


@pytest.mark.parametrize(
    "wrong",
    [
        2 * a + (b - a) / sp.Integer(2) ** n,  # the step holds, the start does not
        b + n * a,  # the start holds, the step does not
    ],
)
def test_induction_needs_the_start_and_the_step(wrong):
    assert refute(HALVES, wrong, "=", SIZE) is not None
    assert not Induction(HALVES, wrong).prove(HALVES, wrong, SIZE)


# -- inequalities ------------------------------------------------------------------------------
def gap_note(left, right, relation, gap, setting=SIZE) -> str:
    return gap.holds(left, right, relation, Algebra(), setting)


def test_inequalities_are_proved_through_their_gap():
    assert gap_note(2 * x * y, x**2 + y**2, "≤", Gap((x - y) ** 2, {x: y})) == ""
    assert gap_note(r - 1, log(r), "≥", Gap(LogGap(r), {r: sp.Integer(1)})) == ""
    assert gap_note(x**2 + 1, x**2, ">", Gap(sp.Integer(1))) == ""
    spread = DataAvg((x - DataAvg(x, x)) ** 2, x)
    assert gap_note(DataAvg(x, x) ** 2, DataAvg(x**2, x), "≤", Gap(spread, {y: y})) != ""
    inside = Setting(domains={r: (0, 1)})
    assert gap_note(1 - r ** (4 * n), sp.Integer(0), ">", Gap(1 - r ** (4 * n)), inside) == ""


@pytest.mark.parametrize(
    ("left", "right", "relation", "gap", "why"),
    [
        (x, x**2, "≤", Gap(x**2 - x, {x: sp.Integer(0)}), "at least 0"),
        (2 * x * y, x**2 + y**2, "≤", Gap((x + y) ** 2, {x: -y}), "the difference"),
        (2 * x * y, x**2 + y**2, "≤", Gap((x - y) ** 2, {x: -y}), "to be 0 where"),
        (2 * x * y, x**2 + y**2, "<", Gap((x - y) ** 2), "positive"),
        (2 * x * y, x**2 + y**2, "≤", Gap((x - y) ** 2), "exactly if"),
        (x**2, x**2 + 1, "<", Gap(sp.Integer(1), {x: y}), "exactly if"),
        (x - 1, log(x), "≥", Gap(LogGap(x), {x: sp.Integer(1)}), "at least 0"),
        (1 - r ** (4 * n), sp.Integer(0), ">", Gap(1 - r ** (4 * n)), "positive"),
    ],
)
def test_a_wrong_gap_is_refused(left, right, relation, gap, why):
    assert why in gap_note(left, right, relation, gap)


def test_the_refuter_checks_the_gap_and_the_direction():
    assert refute(x, x + a, "≤", SIZE, a) is None
    assert "is false at a witness" in refute(x + a, x, "≤", SIZE, a)
    assert "the gap is" in refute(x, x + 2 * a, "≤", SIZE, a)


@pytest.mark.parametrize("relation", ["≤", "<", ">"])
def test_an_inequality_without_a_gap_cannot_be_written(relation):
    with pytest.raises(InputError, match="every inequality needs one"):
        Step(x, "Why.", relation)
    with pytest.raises(InputError, match="belongs to an inequality"):
        Step(x, "Why.", gap=Gap(a))


# -- the frame ---------------------------------------------------------------------------------
@pytest.mark.parametrize("own", [lambda *_: True, Algebra, "proved", object()])
def test_a_derivation_cannot_bring_its_own_evidence(own):
    with pytest.raises(InputError, match="cannot bring its own"):
        Step(x, "Why.", evidence=own)
    with pytest.raises(InputError, match="cannot bring its own"):
        Chain("c", Claim(x, "=", x), (), evidence=own)
    names = "Algebra ByParts Cases Induction Logarithm Substitution Supremum Tested"
    assert sorted(p.__name__ for p in PROVERS) == names.split()


def test_an_unknown_relation_is_refused():
    with pytest.raises(InputError, match="`relation` is '=>'"):
        Step(x, "Why.", "=>")


def test_a_line_that_repeats_the_one_before_is_rejected():
    d = one_chain(x + a, Step(x + a, "Nothing."))
    assert [row.kind for row in d.verify().failures] == ["says nothing"]


@pytest.mark.parametrize(
    "claim",
    [Claim(x + a, "=", x), Claim(x, "=", a + x), Claim(a + x, "≤", 2 * a + x - a)],
)
def test_the_claim_must_be_what_the_lines_show(claim):
    with board():
        d = one_chain(x + a, Step(2 * a + x - a, "Split."), claim=claim)
    assert [row.kind for row in d.verify().failures] == ["claim"]


def test_a_chain_of_inequalities_has_one_direction():
    up = Step(x + a, "More.", "<", gap=Gap(a))
    down = Step(x, "Less.", ">", gap=Gap(a))
    d = one_chain(x, up, down, claim=Claim(x, "<", x))
    assert [row.kind for row in d.verify().failures] == ["claim"]


def test_a_prover_that_breaks_is_a_line_that_is_not_proved():
    d = one_chain(Expect(v * T(v) * v * T(v), "", (v, B)), Step(B, "Wrong."), setting=SHAPES)
    row = d.check_link(1, refuter=False)
    assert (row.ok, row.kind) == (False, "not proved")
    assert "NotAWord" in row.note
    with pytest.raises(InputError, match="begins a chain"):
        d.check_link(0)


def test_tested_evidence_says_so():
    d = one_chain(
        sp.sin(x) ** 2, Step(1 - sp.cos(x) ** 2, "Pythagoras.", evidence=provers.Tested(50))
    )
    assert d.verify().ok
    assert d.verify().rows[1].kind == "tested at 50 points"
    assert d.verify().count("tested") == 1
    wrong = d.replace(1, 1 - sp.cos(x) ** 4)
    assert not wrong.check_link(1, refuter=False).ok


def test_a_line_that_cannot_be_computed_is_refused():
    d = one_chain(log(-a), Step(log(a), "Wrong."))
    assert "not computable at a witness" in d.check_link(1).note
