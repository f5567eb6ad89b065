"""Rules of matrix words: true ones are proved, false ones are not; the numbers agree."""

import pytest
from sympy import log

from genedu.derivations.matrices import Det, Expect, Identity, Mat, Norm2, Number, T, Trace
from genedu.derivations.nodes import board, indices
from genedu.derivations.provers import Algebra, Setting
from genedu.derivations.refuter import refute
from genedu.derivations.words import NotAWord, inverse, normal, number, trace

K, M = indices("K M")
A, B, W = Mat("A", K, K), Mat("B", K, K), Mat("W", K, M)
S = Mat("S", K, K, kind="symmetric")
U = Mat("U", K, K, kind="orthogonal")
ROOT = Mat(r"\Lambda^{1/2}", K, K, kind="diagonal")
u, v = Mat("u", K), Mat("v", K)
SETTING = Setting(sizes={K: 3, M: 2})


def holds(left, right) -> tuple[bool, bool]:
    """Whether it is proved, and whether numbers do not refute it."""
    return Algebra().prove(left, right, SETTING), refute(left, right, "=", SETTING) is None


with board():
    TRUE = {
        "a trace can be rotated": (Trace(A * B * S, K), Trace(S * A * B, K)),
        "and transposed": (Trace(A * B, K), Trace(T(B) * T(A), K)),
        "a number is its own trace": (Number(T(u) * A * v), Trace(A * v * T(u), K)),
        "the trace of the identity": (Trace(Identity(), K), K),
        "an inverse cancels": (Trace(S.inv * A * S, K), Trace(A, K)),
        "around a corner too": (Trace(A * S * S.inv, K), Trace(A, K)),
        "determinants multiply": (log(Det(A * B)), log(Det(A)) + log(Det(B))),
        "that of an inverse": (Det(A.inv), 1 / Det(A)),
        "that of a transpose": (Det(T(A)), Det(A)),
        "that of a rotation": (Det(U * ROOT * T(U)), Det(ROOT)),
        "an inverse turns round": (B.inv * A.inv * A * B, Identity()),
        "squared length": (Norm2(U * u), Norm2(u)),
        "a mean square": (Expect(Number(T(u) * A * u), "", (u, S)), Trace(A * S, K)),
        "a mean square, turned": (Expect(Norm2(T(W) * u), "", (u, S)), Trace(W * T(W) * S, K)),
        "an odd moment": (Expect(Number(T(v) * A * u), "", (u, S)), 0 * Trace(A, K)),
        "independence": (Expect(Number(T(v) * A * u), "", (u, S), (v, S)), 0 * Trace(A, K)),
    }
    FALSE = {
        "factors cannot be exchanged": (Trace(A * B * S, K), Trace(B * A * S, K)),
        "only one factor transposed": (Trace(A * B, K), Trace(A * T(B), K)),
        "the identity counts K": (Trace(Identity(), K), 1 + 0 * Trace(A, K)),
        "an inverse is no transpose": (Trace(A.inv * B, K), Trace(T(A) * B, K)),
        "determinants do not add": (Det(A * B), Det(A) + Det(B)),
        "a determinant is no trace": (Det(S), Trace(S, K)),
        "the covariance is lost": (Expect(Number(T(u) * A * u), "", (u, S)), Trace(A, K)),
        "not independent of itself": (Expect(Norm2(u), "", (u, S)), 0 * Trace(A, K)),
        "a free matrix is no rotation": (Norm2(A * u), Norm2(u)),
    }


@pytest.mark.parametrize("name", TRUE)
def test_what_holds_is_proved_and_not_refuted(name):
    assert holds(*TRUE[name]) == (True, True)


@pytest.mark.parametrize("name", FALSE)
def test_what_does_not_hold_is_refuted_and_not_proved(name):
    assert holds(*FALSE[name]) == (False, False)


def test_what_is_no_word_says_so():
    with pytest.raises(NotAWord, match="neighbours"):
        normal(W * A)
    with pytest.raises(NotAWord, match="where a number is meant"):
        number(A)
    with pytest.raises(NotAWord, match="not square"):
        trace(W, K)
    with pytest.raises(ValueError, match="no inverse"):
        _ = W.inv
    low = next(SETTING.lowerings())
    with pytest.raises(NotAWord, match="degree 2"):
        low(Expect(Norm2(u) ** 2, "", (u, S)))


def test_the_inverse_of_a_product_turns_round():
    assert inverse(A * B) == B.inv * A.inv


def test_an_inverse_and_a_root_print_as_on_the_board():
    from genedu.derivations.printing import latex

    shown = [latex(e) for e in (A.inv, T(A.inv).args[0].flipped, ROOT, ROOT.inv, S.inv.flipped)]
    assert shown == [
        "A^{-1}",
        r"A^{-\top}",
        r"\Lambda^{1/2}",
        r"\Lambda^{-1/2}",
        "S^{-1}",
    ]
