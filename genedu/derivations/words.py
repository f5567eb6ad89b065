"""Matrix products as words: the rules that hold in every dimension.

A lowered matrix expression is a SymPy sum of products whose matrix factors do not commute:
letters `matrices.Mat`, turned or not. A *word* is the tuple of those letters.
"""

from functools import cache
from itertools import pairwise

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, expand

__all__ = ["NotAWord", "diagonal_entry", "expect", "normal", "transpose"]


class NotAWord(ValueError):
    """A product, or a moment of it, that the rules do not cover."""


def _letters(e: Expr):
    """The letters of one product: powers written out."""
    for f in Mul.make_args(e):
        if isinstance(f, Pow) and not f.is_commutative:
            if not (f.exp.is_Integer and f.exp > 0):
                raise NotAWord("the inverse of a matrix is not a word")
            yield from list(_letters(f.base)) * int(f.exp)
        else:
            yield f


def normal(e: Expr) -> dict[tuple, Expr]:
    """``{word: coefficient}`` with ``UᵀU = 1`` used and scalar words ``uᵀAv = vᵀAᵀu`` merged."""
    found: dict[tuple, Expr] = {}
    shapes = set()
    for term in Add.make_args(expand(e)):
        coefficient = [f for f in Mul.make_args(term) if f.is_commutative]
        letters = [f for f in _letters(term) if not f.is_commutative]
        if any(a.shape[1] != b.shape[0] for a, b in pairwise(letters)):
            raise NotAWord("the shapes of two neighbours do not fit")
        if letters:
            shapes.add((letters[0].shape[0], letters[-1].shape[1]))
        word = _reduce(letters)
        found[word] = found.get(word, Integer(0)) + Mul(*coefficient)
    if len(shapes) > 1:
        raise NotAWord("matrices of different shapes are added")
    return found


def _reduce(word) -> tuple:
    stack: list = []
    for letter in word:
        if stack and stack[-1] == letter.flipped and letter.kind == "orthogonal":
            stack.pop()
        else:
            stack.append(letter)
    if stack and stack[0].is_row and stack[-1].is_column:
        flipped = [letter.flipped for letter in reversed(stack)]
        return min(tuple(stack), tuple(flipped), key=str)
    return tuple(stack)


def transpose(e: Expr) -> Expr:
    """Transpose every word."""
    terms = []
    for word, coefficient in normal(e).items():
        terms.append(coefficient * Mul(*(letter.flipped for letter in reversed(word))))
    return Add(*terms)


def expect(e: Expr, moments: dict) -> Expr:
    """Average over independent vectors with mean 0: ``⟨u uᵀ⟩`` is its covariance."""
    terms = []
    for word, coefficient in normal(e).items():
        places = [k for k, letter in enumerate(word) if letter.base in moments]
        if not places:
            terms.append(coefficient * Mul(*word))
            continue
        if len(places) == 1:
            continue  # the mean is 0
        first, *rest = places
        if rest != [first + 1] or not (word[first].is_column and word[first + 1].is_row):
            raise NotAWord("only moments u uᵀ of degree 2 are known")
        left, right = word[first].base, word[first + 1].base
        if left == right:  # different vectors are independent
            terms.append(coefficient * Mul(*word[:first], moments[left], *word[first + 2 :]))
    return Add(*terms)


def diagonal_entry(e: Expr) -> Expr:
    """Entry ``kk``: linear, and of a word in diagonal matrices the product of theirs."""
    terms = []
    for word, coefficient in normal(e).items():
        diagonal = all(letter.base.kind == "diagonal" for letter in word)
        modes = Mul(*(letter.base.mode for letter in word)) if diagonal else _entry(word)
        terms.append(coefficient * modes)
    return Add(*terms)


@cache
def _entry(word: tuple) -> Dummy:
    """A number of which nothing is known but that it belongs to this word."""
    return Dummy("entry", real=True)
