"""A time limit for a student's code, in the student's own process.

The code must run where it was defined: it uses names of its notebook, which a second process would
not have, a fork after torch has started its threads can hang, and a fresh process costs seconds.
A tracing function would slow every line and could not end a `time.sleep`. So:

- in the main thread on Linux and macOS (where notebooks run their cells) an alarm of the operating
  system rings, looks at the CPU time, and raises `TimeUp` in the running code;
- anywhere else the code runs in a thread of its own, which is sent `TimeUp`, and is left behind as
  a daemon should it not listen.

Code that catches everything is sent the exception again, in the end so soon that it has nowhere
left to catch it.
What neither reaches is one single call into C that never comes back, and, before Python 3.11, a
loop whose body is nothing but nested catch-alls (the interpreter itself looks at no signal there).
"""

import ctypes
import random
import signal
import threading
import time

__all__ = ["PATIENCE", "TimeUp", "limited"]

TICK = 0.1  # seconds between two looks at the clock
AGAIN = 0.02  # the same once time is up: long enough for a `finally` that restores something
AT_ONCE = 5e-5  # at most, after some of these; at random, for an alarm must find the few
# instructions between an `except` that has caught one and the `try` that follows it
POLITE = 10  # exceptions sent with time to restore something
PATIENCE = 3  # code that sleeps uses no CPU: it may take this many times the limit by the wall
FAREWELL = 1.0  # seconds in which a thread must follow the exceptions that it is sent


class TimeUp(SystemExit):
    """No `Exception`, so that most code lets it pass; a thread that it ends prints nothing."""


def limited(work, seconds: float):
    """Return ``work()``; raise `TimeUp` after ``seconds`` of CPU, or three times that by the wall.

    >>> limited(lambda: 1 + 1, seconds=5)
    2
    """
    return (_by_alarm if _alarms_work() else _by_thread)(work, seconds)


def _alarms_work() -> bool:
    """Whether alarms exist here, reach this thread, and are not somebody else's already."""
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or not hasattr(signal, "setitimer"):
        return False
    return not signal.getitimer(signal.ITIMER_REAL)[0]


def _by_alarm(work, seconds: float):
    cpu, wall = time.thread_time(), time.monotonic()
    sent, chance = 0, random.Random(0)

    def inside():
        return work()

    def ring(_, frame):
        nonlocal sent
        used, passed = time.thread_time() - cpu, time.monotonic() - wall
        if used < seconds and passed < PATIENCE * seconds:
            return
        while frame is not None and frame.f_code is not inside.__code__:
            frame = frame.f_back
        if frame is not None:  # never while this function itself cleans up
            sent += 1
            soon = AGAIN if sent < POLITE else chance.uniform(2e-6, AT_ONCE)
            signal.setitimer(signal.ITIMER_REAL, soon, AGAIN)
            raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
    try:
        return inside()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _by_thread(work, seconds: float):
    box = []

    def body():
        try:
            box.append((True, work()))
        except BaseException as problem:
            box.append((False, problem))

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    try:
        _wait(thread, seconds)
    finally:
        alive = thread.is_alive()
        _end(thread)
    if alive or not box:
        raise TimeUp
    ok, result = box[0]
    if not ok:
        raise result
    return result


def _wait(thread, seconds: float) -> None:
    wall, cpu = time.monotonic(), time.process_time()
    clock = getattr(time, "pthread_getcpuclockid", None)  # of one thread; Linux has it
    while thread.is_alive():
        thread.join(TICK)
        try:
            own = clock and time.clock_gettime(clock(thread.ident))
        except OSError:  # it ended between the two lines
            return
        used = time.process_time() - cpu if own is None else own
        if used > seconds or time.monotonic() - wall > PATIENCE * seconds:
            return


def _end(thread) -> None:
    deadline, sent = time.monotonic() + FAREWELL, 0
    while thread.is_alive() and time.monotonic() < deadline:
        number = ctypes.c_ulong(thread.ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(number, ctypes.py_object(TimeUp))
        sent += 1
        thread.join(AGAIN if sent < POLITE else 1e-3)
