"""No network but this machine.

Python imports this file at its start when its folder is on PYTHONPATH. A chapter that asks another
host for anything fails, and the error says which host.
"""

import socket

LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "", None)


def _refuse(host):
    host = host.decode() if isinstance(host, bytes) else host
    if host not in LOCAL:
        raise OSError(f"the tests have no network, but {host!r} was asked for")


def _guard(name):
    original = getattr(socket.socket, name)

    def guarded(self, *args):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse(args[-1][0])  # the address is the last argument of connect and of sendto
        return original(self, *args)

    setattr(socket.socket, name, guarded)


def _guard_names():
    original = socket.getaddrinfo

    def guarded(host, *args, **kwargs):
        _refuse(host)
        return original(host, *args, **kwargs)

    socket.getaddrinfo = guarded


for _name in ("connect", "connect_ex", "sendto"):
    _guard(_name)
_guard_names()
