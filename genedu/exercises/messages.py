"""What `check` says about mistakes that are made everywhere; ``{a}`` is an argument or a part.

The catalogues of the questions use the same sentences, so that the same mistake sounds the same.
"""

__all__ = [
    "AXIS",
    "BATCH_ONE",
    "CONSTANT",
    "DETACHED",
    "DOUBLE",
    "EXP",
    "GRADIENT",
    "HALF",
    "IN_PLACE",
    "LOG_BASE",
    "MEAN_FOR_SUM",
    "MISSING",
    "MIXED",
    "NO_LOG",
    "OFF_BY_ONE",
    "OVERFLOW",
    "PRECISION",
    "SIGN",
    "STD_FOR_VARIANCE",
    "SUM_FOR_MEAN",
    "SWAPPED",
    "TERM_SIGN",
    "TRANSPOSED",
    "UNBIASED",
    "VARIANCE_FOR_STD",
]

SIGN = "The sign is wrong: everything comes out negated."
SUM_FOR_MEAN = "This is a sum where a mean is asked for: it grows with the number of rows."
MEAN_FOR_SUM = "This is a mean where a sum is asked for."
VARIANCE_FOR_STD = "This is a variance (a square) where a standard deviation is asked for."
STD_FOR_VARIANCE = "This is a standard deviation (a root) where a variance is asked for."
UNBIASED = "N and N − 1 are confused in a denominator."
LOG_BASE = "The logarithm has another base: nats need the natural logarithm, `torch.log`."
NO_LOG = "The logarithm is missing: this is its argument."
EXP = "A logarithm too many: this is the logarithm of what is asked for."
DOUBLE = "It is twice what it should be."
HALF = "It is half of what it should be."
CONSTANT = "It is off by the same number everywhere: a constant is missing or too many."
SWAPPED = "Two arguments have changed places: `{a}` and `{b}`."
TRANSPOSED = "`{a}` is used transposed: rows and columns have changed places."
OFF_BY_ONE = "Off by one: `{a}` is read as if it were one more or one less."
MISSING = "Something is missing: {a}."
TERM_SIGN = "One part has the wrong sign: {a}."
AXIS = "A sum or mean runs over the wrong axis: shape {have} came back, {want} is asked for."
IN_PLACE = "It changes its input `{a}` in place; work on a copy, as x + y and not x += y."
DETACHED = (
    "The values are right, but no gradient reaches `{a}`: something cuts the graph, such as "
    ".detach(), .item(), .numpy() or torch.no_grad()."
)
GRADIENT = "The values are right, but the gradient by `{a}` is not."
BATCH_ONE = "It works for several rows, but not for a batch of one."
MIXED = "It is right for one row, but not for several: do rows mix, as in a sum over all axes?"
OVERFLOW = "It overflows for large inputs: look for an exp whose result has no room."
PRECISION = "It is right in float64, but loses its digits in float32: two large numbers cancel."
