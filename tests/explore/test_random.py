"""The page's noise: the same numbers for the same seed, from a generator written down twice."""

import math

import numpy as np
import pytest

WORD = 0xFFFFFFFF


def words(seed):
    """sfc32 as frontend/README.md has it."""
    a, b, c, counter = 0, seed & WORD, 0, 1
    drawn = 0
    while True:
        t = (a + b + counter) & WORD
        counter = (counter + 1) & WORD
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & WORD
        c = (((c << 21) | (c >> 11)) + t) & WORD
        drawn += 1
        if drawn > 12:
            yield t


def normals(stream, count):
    values = []
    while len(values) < count:
        radius = math.sqrt(-2 * math.log((next(stream) + 1) / 2**32))
        angle = 2 * math.pi * next(stream) / 2**32
        values += [radius * math.cos(angle), radius * math.sin(angle)]
    return np.array(values[:count], np.float32)


@pytest.mark.parametrize("seed", [0, 1, 42, 2**31 - 1])
def test_the_numbers_are_those_of_sfc32(node, seed):
    draws = [["uniform", 5], ["normal", 7], ["uniform", 3]]
    got = node.ask("noise", seed=seed, draws=draws)
    stream = words(seed)
    assert got[0] == [(next(stream) >> 8) / 2**24 for _ in range(5)]
    np.testing.assert_allclose(got[1], normals(stream, 7), rtol=1e-6)
    assert got[2] == [(next(stream) >> 8) / 2**24 for _ in range(3)]


def test_uniform_noise_is_uniform(node):
    (x,) = node.ask("noise", seed=3, draws=[["uniform", 200_000]])
    x = np.array(x)
    assert x.min() >= 0
    assert x.max() < 1
    counts = np.histogram(x, 50, (0, 1))[0]
    assert ((counts - 4000) ** 2 / 4000).sum() < 49 + 5 * math.sqrt(2 * 49)  # chi-squared
    assert abs(np.corrcoef(x[:-1], x[1:])[0, 1]) < 5 / math.sqrt(len(x))


def test_normal_noise_is_normal(node):
    (x,) = node.ask("noise", seed=4, draws=[["normal", 200_000]])
    x = np.array(x)
    error = 1 / math.sqrt(len(x))
    # mean 0, variance 1, fourth moment 3, each within five standard errors
    assert abs(x.mean()) < 5 * error
    assert abs((x**2).mean() - 1) < 5 * math.sqrt(2) * error
    assert abs((x**3).mean()) < 5 * math.sqrt(15) * error
    assert abs((x**4).mean() - 3) < 5 * math.sqrt(96) * error
    assert abs((x[0::2] * x[1::2]).mean()) < 5 * math.sqrt(2) * error


def test_seeds_differ(node):
    first = [node.ask("noise", seed=seed, draws=[["uniform", 1000]])[0] for seed in range(8)]
    assert np.abs(np.corrcoef(first) - np.eye(8)).max() < 5 / math.sqrt(1000)
