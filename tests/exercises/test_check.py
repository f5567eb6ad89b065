"""`check` never raises and never hangs, whatever a student hands in."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from genedu.exercises import check, progress, questions
from genedu.exercises.judge import judge
from genedu.exercises.registry import find
from genedu.exercises.rich import rich

ID = "rbm.conditional"
QUICK = replace(find(ID), seconds=0.4)


def right(v, weight, hidden_bias):
    return torch.sigmoid(v @ weight + hidden_bias)


# -- forms of a right answer ----------------------------------------------------------------------
class Callable:
    def __call__(self, v, weight, hidden_bias):
        return right(v, weight, hidden_bias)


class Loud(torch.Tensor):
    def __eq__(self, other):
        raise RuntimeError("asked")


@pytest.mark.parametrize(
    "answer",
    [
        right,
        Callable(),
        lambda *inputs: right(*inputs),
        lambda v, weight, hidden_bias, extra=3: right(v, weight, hidden_bias),
        lambda v, w, b: right(v, w, b).tolist(),
        lambda v, w, b: right(v, w, b).numpy(),
        lambda v, w, b: right(v, w, b).requires_grad_(),
        lambda v, w, b: list(right(v, w, b)),
        lambda v, w, b: right(v, w, b).to_sparse(),
        lambda v, w, b: right(v, w, b).as_subclass(Loud),
        torch.no_grad()(right),
    ],
)
def test_forms_of_a_right_answer(answer):
    verdict = check(ID, answer)
    assert verdict.passed, verdict


# -- what cannot be judged, in words --------------------------------------------------------------
def generator(v, weight, hidden_bias):
    yield right(v, weight, hidden_bias)


async def coroutine(v, weight, hidden_bias):
    return right(v, weight, hidden_bias)


def crash(v, weight, hidden_bias):
    wanted = v @ weight
    return wanted.nonsense


def leave(v, weight, hidden_bias):
    raise SystemExit(3)


def endless_recursion(v, weight, hidden_bias):
    return endless_recursion(v, weight, hidden_bias)


class Rude(Exception):
    def __str__(self):
        raise ValueError("no words")


def rude(v, weight, hidden_bias):
    raise Rude


def forgetful(v, weight, hidden_bias):
    right(v, weight, hidden_bias)


class Hostile:
    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        raise RuntimeError(name)


UNUSABLE = [
    (generator, "`yield` where `return` is meant"),
    (coroutine, "coroutine"),
    (crash, "`return wanted.nonsense`: AttributeError"),
    (leave, "sys.exit"),
    (endless_recursion, "RecursionError"),
    (rude, "`raise Rude`: Rude"),
    (forgetful, "returned None. Does it end with `return`?"),
    (lambda v, w, b: "0.5", "It returned str"),
    (lambda v, w, b: right, "parentheses of a call missing"),
    (lambda v, w, b: right(v, w, b).to("meta"), "'meta'"),
    (lambda v, w, b: np.array(["a"]), "not numbers"),
    (lambda v, w, b: [[1], [1, 2]], "not numbers"),
    (lambda v, w, b: torch.zeros(2000, 2000), "too large"),
    (lambda v, w, b: Hostile(), "It returned Hostile"),
    (lambda v, w, b: (right(v, w, b), 1), "2 results came back"),
    (lambda v, w, b: right(v, w, b).int(), "torch.int32"),
    (lambda v, w, b: right(v, w, b).double(), "float32 went in, and float64 came out"),
    (lambda v, w, b: right(v, w, b).sum(1), "shape (1,)"),
    (lambda v, w: v @ w, "takes (v, w), but it is called with 3 arguments"),
    (torch.ones(2, 2), "Tensor came"),
    (Hostile(), "Hostile came"),
    (3, "A function is asked for, but int came"),
    (torch.relu, ""),
    (print, ""),
]


@pytest.mark.parametrize("answer, words", UNUSABLE, ids=map(str, range(len(UNUSABLE))))
def test_what_cannot_be_judged_is_said(answer, words):
    verdict = check(ID, answer)
    assert verdict.state == "not yet"
    assert words in verdict.message, verdict
    assert len(verdict.message) < 400


def test_own_line_is_named_not_ours():
    def answer(v, weight, hidden_bias):
        return torch.sigmoid(weight @ v + hidden_bias)

    verdict = check(ID, lambda v, w, b: answer(v, w, b[:, None]))
    assert "`return torch.sigmoid(weight @ v + hidden_bias)`" in verdict.message
    assert "runner.py" not in verdict.message


def test_smallest_failing_input_is_shown_and_the_answer_is_not():
    verdict = check(ID, lambda v, w, b: torch.sigmoid(v @ w + b.sum()))
    shown = dict(verdict.details)
    assert shown["smallest failing input"].startswith("v = [[")
    assert "hidden_bias" in shown["smallest failing input"]
    assert shown["see"] == "Eq. rbm-conditional"
    from genedu.exercises.cases import Draw

    first = next(iter(find(ID).cases(Draw())))
    for number in right(*first.args).flatten().tolist():
        assert f"{number:.4g}" not in repr(verdict)


def test_prints_are_capped_and_shown_where_it_fails(capsys):
    def chatty(v, weight, hidden_bias):
        print("look", "x" * 100_000)
        return v

    verdict = check(ID, chatty)
    assert dict(verdict.details)["it printed"].startswith("look xxx")
    assert len(repr(verdict)) < 2000
    assert capsys.readouterr() == ("", "")


def test_inputs_are_fresh_in_every_call_and_the_global_generator_is_left_alone():
    torch.manual_seed(5)
    before = torch.get_rng_state()

    def random(v, weight, hidden_bias):
        torch.rand(3)
        return right(v, weight, hidden_bias)

    assert check(ID, random).passed
    assert torch.equal(torch.get_rng_state(), before)

    def spoil(v, weight, hidden_bias):
        result = right(v, weight, hidden_bias)
        weight.zero_()
        return result

    assert "changes its input `weight` in place" in check(ID, spoil).message


# -- time -----------------------------------------------------------------------------------------
def spin(v, weight, hidden_bias):
    while True:
        pass


def stubborn(v, weight, hidden_bias):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def sleepy(v, weight, hidden_bias):
    time.sleep(1000)


@pytest.mark.parametrize("answer", [spin, stubborn, sleepy])
@pytest.mark.parametrize("place", ["main", "thread"])
def test_no_answer_hangs(answer, place):
    found = []

    def work():
        found.append(judge(QUICK, answer))

    began = time.monotonic()
    if place == "main":
        work()
    else:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(60)
    assert "0.4 s of CPU time" in found[0].message
    assert time.monotonic() - began < 30  # a hang would be forever; a busy machine is slow
    assert check(ID, right).passed  # nothing is left behind


def test_the_default_limit_is_ten_seconds():
    assert {q.seconds for q in questions() if hasattr(q, "seconds")} == {10.0}


def test_all_calls_share_one_limit():
    calls = []

    def slow(v, weight, hidden_bias):
        calls.append(1)
        end = time.thread_time() + 0.25
        while time.thread_time() < end:
            pass
        return right(v, weight, hidden_bias)

    assert "stopped" in judge(QUICK, slow).message
    assert len(calls) < 5
    calls.clear()
    found = []
    thread = threading.Thread(target=lambda: found.append(judge(QUICK, slow)))
    thread.start()
    thread.join(60)
    assert "stopped" in found[0].message
    assert len(calls) < 5


# -- nothing that comes in makes it raise ---------------------------------------------------------
ODD = [
    3,
    -1.5,
    True,
    float("nan"),
    1j,
    10**400,
    "x" * 10_000,
    "(" * 10_000,
    "9**9**9**9",
    "__import__('os')",
    b"bytes",
    [],
    (),
    (1, 2, 3),
    ("b",),
    ("b", None),
    (2, Hostile()),
    (10**9, "x"),
    {"a": 1},
    torch.ones(3),
    np.float64(2),
    Hostile(),
    object,
    lambda: 1,
    lambda *_: 1 / 0,
    Exception("x"),
]


@pytest.mark.parametrize("question", questions(), ids=lambda q: q.id)
def test_odd_answers_never_raise(question):
    for answer in ODD:
        verdict = check(question.id, answer)
        assert verdict.state in ("not yet", "not answered", "kept, not judged", "passed")
        assert "check itself failed" not in verdict.message, (answer, verdict)
        assert verdict._repr_html_()


def test_odd_ids_never_raise():
    class Mute:
        def __repr__(self):
            raise RuntimeError

    for id in (None, 3, "", [], "rbm", "x" * 10_000, Hostile(), Mute()):
        verdict = check(id, 1)
        assert verdict.state == "not answered"
        assert len(repr(verdict)) < 1000


# -- what is shown --------------------------------------------------------------------------------
def test_a_verdict_says_its_state_in_words_and_colour_and_folds_its_hints():
    html = check(ID, lambda v, w, b: v @ w)._repr_html_()
    assert "<strong" in html
    assert ">not yet</strong>" in html
    assert "color:#" in html
    assert html.count("<details>") == 3
    assert all(rich(hint) in html for hint in find(ID).hints)
    assert "<script" not in html
    empty = check(ID, ...)
    assert repr(empty) == "rbm.conditional: not answered."
    assert "<details>" not in empty._repr_html_()


def test_what_a_student_typed_is_escaped():
    html = check("divergence.equal", "<b>mu</b>")._repr_html_()
    assert "<b>" not in html


def test_progress_is_kept_for_the_session():
    check(ID, right)
    check(ID, None)
    state = {q.id: state for _, q, state in progress(4).rows}
    assert state[ID] == "passed"
    assert progress().passed >= 1
    assert len(progress().rows) == len(questions())
    assert "<table>" in progress(4)._repr_html_()
    assert "★" in repr(progress(4))
