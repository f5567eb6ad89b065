"""Slips that are no line of a derivation: what is said, and a number of the code that denies it.

A `Fact` is measured anew each time, as everything else is. torch and the data are reached only
then, through `resolve`, as by the implementations of a derivation.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from .comparison import resolve
from .report import Report, Row

__all__ = ["FACTS", "Fact", "check_facts"]

AGREE = 1e-6


@dataclass(frozen=True)
class Fact:
    """What is often said, why it is wrong, and a number: measured, right, and as the slip has it.

    ``wrong`` is NaN where the slip says that there is no number. Math stands in ``$``.
    """

    printed: str
    why: str
    number: str  # what is measured, to be read as "Here ... is 3"
    measure: Callable[[], float]
    right: float
    wrong: float

    def check(self) -> Row:
        """Measure: the number must be the right one, and not what the slip says."""
        began = time.perf_counter()
        try:
            found = float(self.measure())
            ok = _same(found, self.right) and not _same(found, self.wrong)
            note = f"{self.printed} Measured: {found:.6g}, not {self.wrong:.6g}."
        except Exception as problem:  # whatever the code under test does, the row must say it
            ok, note = False, f"{self.printed} {type(problem).__name__}: {problem}"
        note = note if ok else f"NOT rejected: {note}"
        return Row(0, ok, "slip rejected", time.perf_counter() - began, note)


def _same(a: float, b: float) -> bool:
    both_undefined = math.isnan(a) and math.isnan(b)
    return both_undefined or math.isclose(a, b, rel_tol=AGREE, abs_tol=AGREE)


def check_facts() -> Report:
    """Measure all facts.

    >>> check_facts().ok
    True
    """
    return Report("facts", tuple(fact.check() for fact in FACTS))


def _divergence():
    """``KL((1, 0) ‖ (½, ½))``."""
    import torch

    kl_divergence = resolve("genedu.divergences.kl_divergence")[1]
    return kl_divergence(torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.5]))


def _slope_of_collapsed():
    """The slope of ``log(1 - D)`` by the place of eight equal samples; ``D(x) = σ(x)``, at 0."""
    import torch

    place = torch.zeros((), requires_grad=True)
    samples = place.expand(8)
    (1 - samples.sigmoid()).log().mean().backward()
    return place.grad


def _labels(name: str):
    return resolve("genedu.data.load")[1](name, "test", source="bundled").y


def _position():
    """Where the 1 stands in the one-hot vector of an image of the digit 1, counted from 0."""
    import torch

    labels = _labels("mnist")
    first = labels[labels == 1][0]
    return torch.nn.functional.one_hot(first, 10).argmax()


def _classes():
    return len(_labels("fashion_mnist").unique())


FACTS = (
    Fact(
        r"$\mathrm{KL}(p \,\|\, q)$ is undefined where $p = 0$ and $q > 0$.",
        r"There the term is $0 \cdot \log 0 = 0$, the limit of $u \log u$ for $u \to 0$. The "
        r"divergence is infinite in the opposite case, where $q = 0$ and $p > 0$.",
        r"$\mathrm{KL}(p \,\|\, q)$ for $p = (1, 0)$ and $q = (\frac{1}{2}, \frac{1}{2})$",
        _divergence,
        right=math.log(2),
        wrong=math.nan,
    ),
    Fact(
        "A loss that saturates is called mode collapse.",
        r"Saturation is about the slope: that of $\log(1 - D)$ by the number under the sigmoid is "
        r"$-D$. It vanishes where the discriminator is sure, however different the samples are. "
        r"Mode collapse is about the samples: all may be one point, and while $D$ is not 0 the "
        "slope is not.",
        r"the slope of $\log(1 - D)$ for eight samples in one point, where $D = \frac{1}{2}$,",
        _slope_of_collapsed,
        right=-0.5,
        wrong=0.0,
    ),
    Fact(
        r"The one-hot vector of label 1 is $(1, 0, \dots, 0)$.",
        r"Labels count from 0 in this book and in every data set that it uses: label 1 is "
        r"$(0, 1, 0, \dots, 0)$. A generator conditioned on the printed form draws zeros when it "
        "is asked for ones.",
        "the place of the 1 for an image of the digit 1, counted from 0,",
        _position,
        right=1,
        wrong=0,
    ),
    Fact(
        "Fashion-MNIST has nine classes.",
        "It has ten, like the digits. A classifier with nine outputs never says “ankle boot”.",
        "the number of different labels",
        _classes,
        right=10,
        wrong=9,
    ),
)
