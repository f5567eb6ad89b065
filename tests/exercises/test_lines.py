"""Missing lines: any equivalent form passes, by the evidence of the derivation itself."""

import pytest
import sympy

from genedu.exercises import check

RIGHT = {
    "likelihood.line": (
        "-N*log(sqrt(2*pi)*sigma) - N*(s2 + (xbar - mu)^2)/(2*sigma^2)",
        "-N*(log(sqrt(2*pi)*sigma) + s2/(2*sigma^2) + (mu - xbar)^2/(2*sigma^2))",
        "-N*log(sigma) - N*log(2*pi)/2 - N*s2/(2*sigma^2) - N*(xbar^2 - 2*xbar*mu + mu^2)/(2*σ²)",
        "-0.5*N*(log(2*pi*sigma^2) + (s2 + (xbar - mu)^2)/sigma^2)",
    ),
    "boltzmann.divide": (
        "1/(1 + exp(Phi1 - Phi0))",
        "sigmoid(Phi0 - Phi1)",
        "1/(exp(-Phi0)/exp(-Phi1) + 1)",
        "1 - 1/(1 + exp(Phi0 - Phi1))",
    ),
    "cd.line": (
        "s*(lambda - lambda_inf) - s^(4*n + 1)*(lambda - lambda_inf)",
        "s*(lambda - lambda_inf - s^(4*n)*(λ - lambda_inf))",
        "s*lambda - s*lambda_inf - s*s^(4*n)*lambda + s*s^(4*n)*lambda_inf",
    ),
}
WRONG = {
    "likelihood.line": (
        "-N*log(sqrt(2*pi)*sigma) - N*s2/sigma^2 - N*(xbar - mu)^2/(2*sigma^2)",
        "N*log(sqrt(2*pi)*sigma) - N*s2/(2*sigma^2) - N*(xbar - mu)^2/(2*sigma^2)",
        "-N*log(sqrt(2*pi)*sigma) - N*s2/(2*sigma^2) - N*(xbar - mu)/(2*sigma^2)",
        "0",
        "mu",
    ),
    "boltzmann.divide": ("1/(1 + exp(Phi0*Phi1))", "Phi0 - Phi1", "1/(1 - exp(Phi1 - Phi0))", "1"),
    "cd.line": ("s*(lambda - lambda_inf)", "s^(4*n)*lambda", "0"),
}


@pytest.mark.parametrize("id, form", [(id, form) for id in RIGHT for form in RIGHT[id]])
def test_any_equivalent_form_passes(id, form):
    assert check(id, form).passed, check(id, form)


@pytest.mark.parametrize("id, form", [(id, form) for id in WRONG for form in WRONG[id]])
def test_wrong_lines_fail(id, form):
    verdict = check(id, form)
    assert verdict.state == "not yet"
    assert "does not equal" in verdict.message, verdict


@pytest.mark.parametrize(
    "id, form, side",
    [
        ("boltzmann.divide", "exp(-Phi1)/(exp(-Phi1) + exp(-Phi0))", "before"),
        ("likelihood.line", "-N*log(sqrt(2*pi)*sigma) - N*s2/(2*sigma^2)", ""),
        ("cd.line", "s*(1 - s^(4*n))*(lambda - lambda_inf)", "after"),
    ],
)
def test_a_neighbour_again_is_no_line(id, form, side):
    verdict = check(id, form)
    assert verdict.state == "not yet"
    assert f"line {side}" in verdict.message if side else verdict.message


def test_unknown_words_are_named():
    verdict = check("boltzmann.divide", "1/(1 + exp(-delta))")
    assert "'delta' is unknown; the names are Phi0, Phi1" in verdict.message


def test_a_sympy_expression_is_a_line():
    a, b = sympy.symbols("Phi0 Phi1")
    assert check("boltzmann.divide", 1 / (1 + sympy.exp(b - a))).passed
