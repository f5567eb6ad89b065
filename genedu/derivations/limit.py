"""A time limit for one check: an overlong one becomes a failed row, not a hang.

The limit is an alarm of the operating system that raises `TooLong` in the running code. It needs
no second process, which would have to import SymPy first (a second) and to send the line over,
and no second thread, which nothing could end. Alarms exist on Linux and macOS and reach the main
thread, where the command line, notebooks and tests work. Elsewhere, and where somebody else's
alarm is already set, the check runs without a limit.
"""

import signal
import threading

__all__ = ["SECONDS", "TooLong", "limited"]

SECONDS = 10.0  # a step takes at most 2 s on a free machine; a busy one is no wrong line
AGAIN = 0.5  # the alarm rings again, should the first exception be swallowed on its way up


class TooLong(BaseException):
    """Not an `Exception`: what catches any problem of a wrong line must let it pass."""


def limited(work, seconds: float | None = SECONDS):
    """Return ``work()``; raise `TooLong` where that takes longer than ``seconds``.

    >>> limited(lambda: 1 + 1)
    2
    """
    here = threading.current_thread() is threading.main_thread()
    if seconds is None or not here or not hasattr(signal, "setitimer"):
        return work()
    if signal.getitimer(signal.ITIMER_REAL)[0] > 0:
        return work()

    def ring(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        try:
            return work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:  # also where the alarm rang in the line above
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
