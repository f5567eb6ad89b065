"""Formulas: a hundred and twenty forms, right and wrong, and what is refused."""

import time

import pytest
import sympy

from genedu.errors import InputError
from genedu.exercises.judge_formula import judge_expression
from genedu.exercises.question import ExpressionQuestion, Mistake
from genedu.exercises.symbolic import same
from genedu.exercises.typed import declare, parse, read

# symbols, reference, right forms, wrong forms
TABLE = (
    (
        {"mu": "real", "sigma": "positive"},
        "-mu^2/sigma^2",
        (
            "-mu^2/sigma^2",
            "-mu**2/sigma**2",
            "-(mu/sigma)^2",
            "- mu*mu / (sigma*sigma)",
            "-exp(2*log(abs(mu)) - 2*log(sigma))",
            "(sigma^2 - mu^2)/sigma^2 - 1",
            "1 - (sigma^2 + mu^2)/sigma^2",
            "-μ²/σ²",
            "0 - mu^2 * sigma^(-2)",
            "((mu - sigma)*(mu + sigma) + sigma^2)/(-sigma^2)",
        ),
        (
            "mu^2/sigma^2",
            "-mu^2/(2*sigma^2)",
            "-mu/sigma",
            "-mu^2/sigma",
            "-mu^2",
            "0",
            "-(mu + 1)^2/sigma^2",
            "-abs(mu)/sigma^2",
        ),
    ),
    (
        {"sigma": "positive"},
        "log(sqrt(2*pi)*sigma) + 1/2",
        (
            "log(sigma) + log(2*pi)/2 + 1/2",
            "0.5*log(2*pi*sigma^2) + 0.5",
            "ln(sqrt(2*pi*e)*sigma)",
            "log(2*pi*e*sigma^2)/2",
            "(1 + log(2*pi) + 2*log(sigma))/2",
            "log(sigma*sqrt(2*pi)) + log(e)/2",
            "-log(1/(sqrt(2*pi)*sigma)) + 1/2",
            "log(sqrt(2)*sqrt(pi)*exp(1/2)*sigma)",
            "log(σ) + log(2) / 2 + log(pi)/2 + 1/2",
        ),
        (
            "log(sqrt(2*pi)*sigma)",
            "log(2*pi*sigma) + 1/2",
            "log(sqrt(2*pi)*sigma^2) + 1/2",
            "-log(sqrt(2*pi)*sigma) - 1/2",
            "log(sigma) + 1.4189385332",
            "log(sqrt(2*pi)*sigma) - 1/2",
            "log(sqrt(2*pi)*sigma)/log(2) + 1/2",
            "(sigma^2)/2 + log(sqrt(2*pi))",
        ),
    ),
    (
        {"t": "real"},
        "sigmoid(t)",
        (
            "1/(1 + exp(-t))",
            "exp(t)/(1 + exp(t))",
            "exp(t)/(exp(t) + 1)",
            "1 - 1/(1 + exp(t))",
            "1 - sigmoid(-t)",
            "(1 + tanh(t/2))/2",
            "exp(t/2)/(exp(t/2) + exp(-t/2))",
            "exp(-softplus(-t))",
            "exp(t - softplus(t))",
            "exp(t/2)/(2*cosh(t/2))",
            "1/(1 + 1/e^t)",
            "sinh(t)/(2 + 2*cosh(t)) + 1/2",
        ),
        (
            "1/(1 + exp(t))",
            "1/exp(-t)",
            "exp(t)",
            "tanh(t)",
            "(1 + tanh(t))/2",
            "1/(1 - exp(-t))",
            "exp(-t)/(1 + exp(-t))",
            "t/(1 + t)",
            "softplus(t)",
            "1/(1 + exp(-t)) + 0.000001",
        ),
    ),
    (
        {"p0": "unit", "p1": "unit"},
        "log(p0 + p1)",
        (
            "log(p1 + p0)",
            "log(p0) + log(1 + p1/p0)",
            "log(p0*(1 + p1/p0))",
            "softplus(log(p1) - log(p0)) + log(p0)",
            "-log(1/(p0 + p1))",
            "log((p0^2 - p1^2)/(p0 - p1))",
            "log(exp(log(p0)) + exp(log(p1)))",
            "log((p0 + p1)^2)/2",
            "log(sqrt(p0^2 + 2*p0*p1 + p1^2))",
        ),
        (
            "log(p0) + log(p1)",
            "log(p0*p1)",
            "p0 + p1",
            "log(p1)",
            "log(p0 - p1)",
            "log(max(p0, p1))",
            "-log(p0 + p1)",
            "log(p0 + p1)/log(2)",
        ),
    ),
    (
        {"s": "unit", "rho": "positive", "k": "count"},
        "1/(1 - s^2) + s^(4*k)*(rho - 1/(1 - s^2))",
        (
            "s^(4*k)*rho + (1 - s^(4*k))/(1 - s^2)",
            "(1 + s^(4*k)*(rho*(1 - s^2) - 1))/(1 - s^2)",
            "rho*(s^4)^k + (1 - (s^4)^k)/((1 - s)*(1 + s))",
            "exp(4*k*log(s))*rho + (1 - exp(4*k*log(s)))/(1 - s^2)",
            "rho - (1 - s^(4*k))*(rho - 1/(1 - s^2))",
            "s^(2*k)*s^(2*k)*rho - (s^(4*k) - 1)/(1 - s^2)",
            "(s**k)**4*ρ + (1 - (s**k)**4)/(1 - s**2)",
        ),
        (
            "s^(2*k)*rho + (1 - s^(2*k))/(1 - s^2)",
            "s^(4*k)*rho + s^2 + 1",
            "s^(4*k)*rho",
            "s^(4*k)*rho + (1 - s^(4*k))/(1 - s^4)",
            "s^(4*(k - 1))*rho + (1 - s^(4*(k-1)))/(1 - s^2)",
            "s^(4*k)*rho + 1/(1 - s^2)",
        ),
    ),
    (
        {"x": "real", "y": "real"},
        "abs(x - y)",
        (
            "abs(y - x)",
            "sqrt((x - y)^2)",
            "max(x, y) - min(x, y)",
            "max(x - y, y - x)",
            "2*max(x, y) - x - y",
            "Abs(x - y)",
        ),
        ("x - y", "abs(x) - abs(y)", "(x - y)^2", "max(x, y)", "abs(x + y)"),
    ),
    (
        {"lambda": "positive", "sigma_v": "positive"},
        "sqrt(1 - sigma_v^2/lambda)",
        (
            "sqrt((lambda - sigma_v^2)/lambda)",
            "(1 - sigma_v^2/lambda)^(1/2)",
            "(1 - sigma_v^2/λ)^0.5",
            "sqrt(lambda - sigma_v^2)/sqrt(lambda)",
            "sqrt(1 - (sigma_v/sqrt(lambda))^2)",
        ),
        (
            "1 - sigma_v^2/lambda",
            "sqrt(1 - sigma_v/lambda)",
            "sqrt(1 + sigma_v^2/lambda)",
            "sqrt(lambda - sigma_v^2)",
            "(1 - sigma_v^2/lambda)^(1/4)",
        ),
    ),
    (
        {},
        "(sqrt(5) - 1)/2",
        (
            "sqrt(5)/2 - 1/2",
            "2/(1 + sqrt(5))",
            "1/((1 + sqrt(5))/2)",
            "(1 + sqrt(5))/2 - 1",
            "sqrt((3 - sqrt(5))/2)",
            "2*sin(pi/10)",
        ),
        ("0.618", "0.6180339887", "(sqrt(5) + 1)/2", "sqrt(5) - 1", "5^(1/2)", "(3 - sqrt(5))/2"),
    ),
)
FORMS = [
    (kinds, reference, form, right)
    for kinds, reference, good, bad in TABLE
    for forms, right in ((good, True), (bad, False))
    for form in forms
]


def test_there_are_a_hundred_and_twenty_forms():
    assert len(FORMS) >= 120
    assert len({form for *_, form, _ in FORMS}) > 110


@pytest.mark.parametrize("kinds, reference, form, right", FORMS, ids=[f[2] for f in FORMS])
def test_forms(kinds, reference, form, right):
    symbols = declare(kinds)
    goal, given = parse(reference, symbols), parse(form, symbols)
    began = time.thread_time()
    assert same(given, goal, kinds) is right
    assert time.thread_time() - began < 2


REFUSED = {
    "9**9**9**9": "too large",
    "(((2**64)**64)**64)**64": "too large",
    "2**(10**11)": "too large",
    "x**1000": "too large",
    "1e300": "usual size",
    "99999999999999999999": "usual size",
    "x.__class__": "a dot after a name",
    "().__class__.__bases__": "a dot after a name",
    "__import__('os')": "is unknown",
    "eval('1')": "is unknown",
    "open('f')": "is unknown",
    "(lambda: x)()": "no formula",
    "[x for x in (1,)]": "no meaning here",
    "x[0]": "square brackets",
    "x = 1": "right-hand side",
    "x == 1": "right-hand side",
    "x < 1": "right-hand side",
    "x, x": "commas",
    "2x": "write every product with *",
    "x(1 + x)": "write a product with *, as in x*",
    "y": "'y' is unknown; the names are x",
    "log": "log needs an argument",
    "log(x, 2)": "log takes one argument",
    "exp()": "exp takes one argument",
    "exp(x=1)": "plain functions",
    "x/0": "divides by zero",
    "0**(-1)": "divides by zero",
    "not x": "only + and -",
    "x and x": "no meaning here",
    "x if x else x": "no meaning here",
    "x // 2": "operations are",
    "x @ x": "operations are",
    "'x'": "is not a number",
    "True": "is not a number",
    "1j": "is not a number",
    "f'{x}'": "no meaning here",
    "x\n+1": "no formula",
    "\x00": "no formula",
    "*x": "",
    "": "no formula",
    "(" * 10_000: "10,000 characters",
    "(" * 300: "no formula",
    "(" * 150 + "x" + ")" * 150: "",
    "-" * 390 + "x": "too many parts",
    "+".join(["x"] * 150): "too many parts",
}


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_refused_in_milliseconds_with_a_reason(text):
    began = time.thread_time()
    if text == "(" * 150 + "x" + ")" * 150:
        parse(text, declare({"x": "real"}))  # brackets that close are harmless
    else:
        with pytest.raises(InputError) as caught:
            parse(text, declare({"x": "real"}))
        assert REFUSED[text] in str(caught.value)
        assert len(str(caught.value)) < 300
    assert time.thread_time() - began < 0.1


def test_nothing_is_evaluated(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in ("open('x','w')", "__import__('os').system('touch x')", "exec('open(1)')"):
        with pytest.raises(InputError):
            parse(text, {})
    assert not list(tmp_path.iterdir())


def test_expressions_of_sympy_are_matched_by_name():
    kinds = {"mu": "real", "sigma": "positive"}
    mu, sigma = sympy.symbols("mu sigma")
    symbols = declare(kinds)
    assert same(read(sympy.sqrt(sigma**2), symbols), parse("sigma", symbols), kinds)
    assert read(0.5 * mu, symbols) == symbols["mu"] / 2
    with pytest.raises(InputError, match="the symbol z is unknown"):
        read(sympy.Symbol("z"), symbols)
    for odd in (True, None, [1], b"mu"):
        with pytest.raises(InputError):
            read(odd, symbols)


def question(**changes):
    values = {
        "id": "a.b",
        "title": "t",
        "stars": 1,
        "minutes": 1,
        "statement": "s",
        "hints": ("a", "b", "c"),
        "symbols": {"x": "positive"},
        "reference": "x^2",
        "mistakes": tuple(Mistake(t, f"No {t}") for t in ("x", "x^3", "x^4")),
    }
    return ExpressionQuestion(**(values | changes))


@pytest.mark.parametrize(
    "answer, words",
    [
        ("-x^2", "sign is wrong"),
        ("2*x^2", "twice"),
        ("x^2/2", "half"),
        ("x^2 + 3", "off by the same number"),
        ("x*x*x", "No x^3"),
        ("1.0001*x^2", "Close, but not equal"),
        ("log(x)", "different function"),
        ("1/(x - x)", "divides by zero"),
    ],
)
def test_slips_of_a_formula_are_named(answer, words):
    assert words in judge_expression(question(), answer).message


@pytest.mark.parametrize(
    "answer",
    [
        "exp(exp(exp(exp(exp(x)))))",
        "(x + 1)^200 - (x - 1)^200",
        "exp(exp(200))^2*x",
        "cos(10^11*exp(30*x))",
        "(x+sqrt(x+sqrt(x+sqrt(x+sqrt(x+sqrt(x))))))^(1/7)",
        "max(x, x^2, x^3, exp(x), log(x), cos(x), sin(x))",
        "+".join(f"x^(1/{n})" for n in range(1, 30)),
    ],
)
def test_heavy_formulas_are_decided_in_two_seconds(answer):
    began = time.thread_time()
    assert judge_expression(question(), answer).state == "not yet"
    assert time.thread_time() - began < 2
