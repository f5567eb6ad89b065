"""Every refusal is one sentence that names the argument, the value and what is accepted."""

import contextlib
import math

import pytest
import torch

from genedu import errors
from genedu.errors import (
    require_choice,
    require_int,
    require_number,
    require_tensor,
    values_known,
)


@pytest.mark.parametrize("value", [0, 1.5, "2", None, True, float("nan")])
def test_integers(value):
    with pytest.raises(ValueError, match=r"`k` is .*, but an integer >= 1 is accepted"):
        require_int("k", value)
    with pytest.raises(ValueError, match="an integer from 1 to 3 is accepted"):
        require_int("k", 4, maximum=3)


@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan, "1", True])
def test_numbers(value):
    with pytest.raises(ValueError, match=r"`lr` is .*, but a finite number > 0 is accepted"):
        require_number("lr", value, above=0)


def test_number_bounds():
    assert require_number("p", 0, minimum=0, maximum=1) == 0.0
    with pytest.raises(ValueError, match="a finite number >= 0 and <= 1 is accepted"):
        require_number("p", 1.5, minimum=0, maximum=1)


def test_choices_name_the_nearest():
    assert require_choice("c", "b", ["a", "b"]) == "b"
    with pytest.raises(ValueError, match="did you mean 'cosine'"):
        require_choice("schedule", "cosin", ["linear", "cosine"])
    with pytest.raises(ValueError, match=r"which is unknown\. Accepted: linear, cosine"):
        require_choice("schedule", 3, ["linear", "cosine"])


@pytest.mark.parametrize(
    "value, options, told",
    [
        ([1.0], {}, "is list, but a torch.Tensor is accepted"),
        (torch.zeros(3, dtype=torch.int64), {}, "has dtype torch.int64"),
        (torch.zeros(3), {"shape": ("n", 3)}, r"has shape \(3,\), but \(n, 3\) is accepted"),
        (torch.zeros(2, 3), {"shape": (2, 4)}, r"has shape \(2, 3\), but \(2, 4\) is accepted"),
        (torch.tensor([0.0, math.nan]), {}, "NaN or infinite"),
        (torch.tensor([-math.inf]), {}, "NaN or infinite"),
        (torch.tensor([0.0, 2.0]), {"maximum": 1}, r"from 0 to 2, but values in \[-inf, 1\]"),
        (torch.tensor([-1.0]), {"minimum": 0, "maximum": 1}, r"values in \[0, 1\] are accepted"),
        (torch.tensor([0.5]), {"binary": True}, "other than 0 and 1"),
        (torch.tensor([0.5]), {"binary": True, "hint": "Use round()."}, r"accepted\. Use round"),
    ],
)
def test_tensors(value, options, told):
    with pytest.raises(ValueError, match=f"`x` .*{told}"):
        require_tensor("x", value, **options)


def test_accepted_tensors_come_back():
    x = torch.rand(2, 3)
    assert require_tensor("x", x, ("batch", 3), minimum=0, maximum=1) is x
    empty = torch.zeros(0, 3)
    assert require_tensor("x", empty, ("batch", 3)) is empty


def test_where_values_are_known_types_and_shapes_are_still_checked():
    wild = torch.tensor([math.nan, 7.0])
    with values_known():
        assert require_tensor("x", wild, ("n",), maximum=1, binary=True) is wild
        with pytest.raises(ValueError, match=r"`x` has shape \(2,\), but \(3,\) is accepted"):
            require_tensor("x", wild, (3,))
        with pytest.raises(ValueError, match="`x` is list"):
            require_tensor("x", [1.0])


def test_values_are_known_no_longer_than_said():
    wild = torch.tensor([math.nan])
    with values_known(), values_known():
        pass
    with contextlib.suppress(ZeroDivisionError), values_known():
        _ = 1 / 0
    with pytest.raises(ValueError, match="NaN or infinite"):
        require_tensor("x", wild)


def test_every_error_is_a_genedu_error():
    kinds = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]
    assert all(issubclass(kind, errors.GeneduError) for kind in kinds)
