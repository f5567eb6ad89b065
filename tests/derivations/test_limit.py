"""A check that takes too long is a failed row, not a hang."""

import signal
import threading
import time

import pytest
from sympy import Symbol

from genedu.derivations import Chain, Claim, Derivation, Step
from genedu.derivations.limit import TooLong, limited
from genedu.derivations.nodes import board
from genedu.derivations.provers import Algebra

needs_alarm = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms here")
x = Symbol("x", real=True)


def work(seconds):
    """Busy, and deaf to every `Exception`, as the evidence is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            sum(range(100))
        except Exception:
            continue
    return "done"


def derivation() -> Derivation:
    """Its second line multiplies out a power that would take hours."""
    with board():
        power = (x + 1) ** 20000
        lines = (power, x * power - (x - 1) * power)
    steps = tuple(Step(line, "A line.") for line in lines)
    chain = Chain("c", Claim(lines[0], "=", lines[1]), steps)
    return Derivation("d", "t", "s", (chain,), (), (), ())


@needs_alarm
def test_a_step_that_would_hang_is_a_failed_row_within_the_limit():
    began = time.monotonic()
    row = derivation().check_link(1, refuter=False, seconds=0.3)
    assert time.monotonic() - began < 5
    assert (row.step, row.ok, row.kind) == (1, False, "too long")
    assert row.note == "took longer than 0.3 s"
    assert row.seconds >= 0.3


@needs_alarm
def test_the_next_check_starts_with_its_whole_time():
    d = derivation()
    assert not d.check_link(1, refuter=False, seconds=0.2).ok
    easy = d.replace(0, (x + 1) ** 2).replace(1, x**2 + 2 * x + 1)
    assert easy.check_link(1, seconds=30).ok


@needs_alarm
def test_the_alarm_is_off_and_its_handler_back_afterwards():
    before = signal.getsignal(signal.SIGALRM)
    assert limited(lambda: work(0.01), 5) == "done"
    with pytest.raises(TooLong):
        limited(lambda: work(60), 0.05)
    with pytest.raises(ZeroDivisionError):
        limited(lambda: 1 // 0, 5)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is before


@needs_alarm
def test_an_exception_that_is_swallowed_comes_again():
    def swallows():
        try:
            work(60)
        except BaseException:
            return work(60)

    began = time.monotonic()
    with pytest.raises(TooLong):
        limited(swallows, 0.05)
    assert time.monotonic() - began < 5


@needs_alarm
def test_the_alarm_of_somebody_else_is_left_alone():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        assert limited(lambda: work(0.3), 0.05) == "done"
        assert rang == [True]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("seconds", [0.01, None])
def test_in_a_thread_or_without_alarms_there_is_no_limit(seconds, monkeypatch):
    found = []
    thread = threading.Thread(target=lambda: found.append(limited(lambda: work(0.1), seconds)))
    thread.start()
    thread.join()
    monkeypatch.delattr(signal, "setitimer", raising=False)  # as on Windows
    found.append(limited(lambda: work(0.1), seconds))
    assert found == ["done", "done"]


def test_a_derivation_can_be_checked_in_a_thread():
    with board():
        line = 2 * x + x
        chain = Chain("c", Claim(line, "=", 3 * x), (Step(line, "a."), Step(3 * x, "b.")))
    d = Derivation("d", "t", "s", (chain,), (), (), ())
    rows = []
    thread = threading.Thread(target=lambda: rows.append(d.check_link(1)))
    thread.start()
    thread.join()
    assert rows[0].ok
    assert rows[0].note == Algebra.technique
