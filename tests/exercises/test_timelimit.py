"""The time limit itself."""

import contextlib
import signal
import threading
import time

import pytest

from genedu.exercises.timelimit import TimeUp, limited


def forever():
    while True:
        pass


def test_results_and_exceptions_come_through():
    assert limited(lambda: 3, 5) == 3
    with pytest.raises(KeyError):
        limited(lambda: {}["x"], 5)


def test_the_alarm_is_put_back():
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeUp):
        limited(forever, 0.2)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    time.sleep(0.2)  # no late alarm


def test_no_alarm_is_left_behind_however_it_ends():
    def stubborn():
        while True:
            with contextlib.suppress(BaseException):
                forever()

    for work in [forever, stubborn] * 5:
        with pytest.raises(TimeUp):
            limited(work, 0.05)
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_finally_has_time_to_restore():
    restored = []

    def work():
        try:
            forever()
        finally:
            for n in range(1000):
                restored.append(n)

    with pytest.raises(TimeUp):
        limited(work, 0.1)
    assert len(restored) == 1000


def test_somebody_elses_alarm_is_respected():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(TimeUp):
            limited(forever, 0.6)
        assert rung
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_finally_of_the_student_cannot_hold_it():
    def holds():
        try:
            forever()
        finally:
            forever()

    with pytest.raises(TimeUp):
        limited(holds, 0.2)


def test_other_threads_use_their_own_clock():
    """CPU time that another thread burns is not charged to the answer."""
    stop = threading.Event()

    def burn():
        while not stop.is_set():
            pass

    thread = threading.Thread(target=burn)
    thread.start()

    def some_work():
        end = time.thread_time() + 0.2
        while time.thread_time() < end:
            pass
        return "done"

    try:
        assert limited(some_work, 2.0) == "done"
    finally:
        stop.set()
        thread.join()


def test_in_a_thread_it_works_and_leaves_no_thread_behind():
    found = []

    def work():
        for job in (lambda: 7, forever):
            try:
                found.append(limited(job, 0.3))
            except TimeUp:
                found.append("time")

    count = threading.active_count()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert found == [7, "time"]
    assert threading.active_count() == count
