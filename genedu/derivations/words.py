"""Matrix products as words: the rules that hold in every dimension.

A lowered matrix expression is a SymPy sum of products whose matrix factors do not commute:
letters `matrices.Mat`, turned or not. A *word* is the tuple of those letters.
"""

from functools import cache
from itertools import pairwise

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, expand

__all__ = [
    "NotAWord",
    "Scalar",
    "determinant",
    "diagonal_entry",
    "expect",
    "inverse",
    "normal",
    "number",
    "trace",
    "transpose",
]


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


class Scalar(Expr):
    """``tr`` of a word, a number: the same for every rotation and for the transpose."""

    is_commutative = True
    is_real = True

    @property
    def word(self) -> tuple:
        return self.args

    @staticmethod
    def of(word, axis) -> Expr:
        """The trace of a word; of the empty one it is the number of rows."""
        word = list(word)
        while len(word) > 1 and _cancel(word[-1], word[0]):
            word = word[1:-1]
        if not word:
            return axis
        turned = [letter.flipped for letter in reversed(word)]
        rotations = (w[k:] + w[:k] for w in (word, turned) for k in range(len(word)))
        return Scalar(*min(rotations, key=str))


class DetOf(Expr):
    """``|det A|`` of one matrix that can be inverted."""

    is_commutative = True
    is_positive = True


def normal(e: Expr) -> dict[tuple, Expr]:
    """``{word: coefficient}`` with ``UᵀU = 1`` and ``A⁻¹A = 1`` used.

    A word ``uᵀ A v`` is a number: it is a `Scalar` in the coefficient of the empty word.
    """
    found: dict[tuple, Expr] = {}
    shapes = set()
    for term in Add.make_args(expand(e)):
        coefficient = [f for f in Mul.make_args(term) if f.is_commutative]
        letters = [f for f in _letters(term) if not f.is_commutative]
        if any(a.shape[1] != b.shape[0] for a, b in pairwise(letters)):
            raise NotAWord("the shapes of two neighbours do not fit")
        if letters:
            shapes.add((letters[0].shape[0], letters[-1].shape[1]))
        if any(letter.kind == "zero" for letter in letters):
            continue  # its shape is checked, its value is 0
        word = _reduce(letters)
        if word and word[0].is_row and word[-1].is_column:
            coefficient.append(Scalar.of(word, None))
            word = ()
        found[word] = found.get(word, Integer(0)) + Mul(*coefficient)
    if len(shapes) > 1:
        raise NotAWord("matrices of different shapes are added")
    return found


def _cancel(a, b) -> bool:
    """Whether the product of two neighbours is the identity."""
    if a.kind == "orthogonal" and b == a.flipped:
        return True
    return a.inverted != b.inverted and a.base == b.base and a.turned == b.turned


def _reduce(word) -> tuple:
    stack: list = []
    for letter in word:
        if stack and _cancel(stack[-1], letter):
            stack.pop()
        else:
            stack.append(letter)
    return tuple(stack)


def number(e: Expr) -> Expr:
    """A sum of words that are numbers, as an ordinary expression."""
    found = normal(e)
    if set(found) - {()}:
        raise NotAWord("a matrix stands where a number is meant")
    return found.get((), Integer(0))


def trace(e: Expr, axis) -> Expr:
    """``tr``: linear; the identity has ``axis`` on its diagonal."""
    terms = normal(e).items()
    if any(word and word[0].shape[0] != word[-1].shape[1] for word, _ in terms):
        raise NotAWord("the trace of a matrix that is not square")
    return Add(*(coefficient * Scalar.of(word, axis) for word, coefficient in terms))


def _single(e: Expr) -> tuple:
    """The letters of one product of square matrices."""
    ((word, coefficient),) = normal(e).items()
    if coefficient != 1 or any(a.shape[0] != a.shape[1] for a in word):
        raise NotAWord("only a product of square matrices has this")
    return word


def determinant(e: Expr) -> Expr:
    """``|det|`` of a product: that of the factors, 1 for orthogonal ones."""
    result = Integer(1)
    for letter in _single(e):
        if letter.kind != "orthogonal":
            result *= DetOf(letter.base) ** (-1 if letter.inverted else 1)
    return result


def inverse(e: Expr) -> Expr:
    """``(AB)⁻¹ = B⁻¹A⁻¹``."""
    return Mul(*(letter.inv for letter in reversed(_single(e))))


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
        for term in Add.make_args(expand(coefficient)):
            random = [f for f in Mul.make_args(term) if _is_random(f, moments)]
            if not random:
                terms.append(term * _word_average(word, moments))
            elif len(random) == 1 and isinstance(random[0], Scalar) and word == ():
                terms.append(term / random[0] * _scalar_average(random[0], moments))
            else:
                raise NotAWord("only moments of degree 2 are known")
    return Add(*terms)


def _is_random(f: Expr, moments: dict) -> bool:
    return any(letter.base in moments for s in f.atoms(Scalar) for letter in s.word)


def _word_average(word: tuple, moments: dict) -> Expr:
    places = [k for k, letter in enumerate(word) if letter.base in moments]
    if not places:
        return Mul(*word)
    if len(places) == 1:  # the mean is 0, of the shape of the word
        rows, columns = word[0].shape[0], word[-1].shape[1]
        return type(word[0])("0", rows, columns, kind="zero")
    first, *rest = places
    if rest != [first + 1] or not (word[first].is_column and word[first + 1].is_row):
        raise NotAWord("only moments u uᵀ of degree 2 are known")
    left, right = word[first].base, word[first + 1].base
    if left != right:  # different vectors are independent
        return Integer(0)
    return Mul(*word[:first], moments[left], *word[first + 2 :])


def _scalar_average(scalar: Scalar, moments: dict) -> Expr:
    """``⟨uᵀ A u⟩ = tr(A ⟨u uᵀ⟩)``."""
    transposed = tuple(letter.flipped for letter in reversed(scalar.word))
    for word in (scalar.word, transposed):
        for k in range(len(word)):  # turned until u uᵀ stand first, or u alone
            turned = word[k:] + word[:k]
            if turned[0].base in moments and turned[0].is_column:
                return trace(_word_average(turned, moments), turned[0].shape[0])
    raise NotAWord("only moments u uᵀ of degree 2 are known")


def diagonal_entry(e: Expr) -> Expr:
    """Entry ``kk``: linear, and of a word in diagonal matrices the product of theirs."""
    terms = []
    for word, coefficient in normal(e).items():
        diagonal = all(letter.base.kind == "diagonal" for letter in word)
        if any(letter.inverted for letter in word):
            raise NotAWord("the entry of an inverse is not known")
        modes = Mul(*(letter.base.mode for letter in word)) if diagonal else _entry(word)
        terms.append(coefficient * modes)
    return Add(*terms)


@cache
def _entry(word: tuple) -> Dummy:
    """A number of which nothing is known but that it belongs to this word."""
    return Dummy("entry", real=True)
