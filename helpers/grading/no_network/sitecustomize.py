"""Makes every connection to another machine fail at once. Python imports this when it starts; see ../sandbox.py."""

import errno
import socket

LOCAL = {None, "", "localhost", "::", "::1", "0.0.0.0", socket.gethostname()}  # noqa: S104


def is_local(host):
    """Whether a host name or address is this machine."""
    host = host.decode() if isinstance(host, bytes) else host
    return host in LOCAL or host.startswith("127.")


def guarded(method):
    """A socket's method that refuses when its address, the last argument, is of another machine."""

    def refuse_or_call(self, *arguments):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(arguments[-1][0]):
            raise OSError(errno.ENETUNREACH, f"The network is cut off in this run: {arguments[-1]}")
        return method(self, *arguments)

    return refuse_or_call


def guarded_look_up(function):
    """A look-up of names that knows only this machine's."""

    def refuse_or_call(host, *arguments, **keywords):
        if not is_local(host):
            raise socket.gaierror(socket.EAI_FAIL, f"The network is cut off in this run: {host}")
        return function(host, *arguments, **keywords)

    return refuse_or_call


for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, name, guarded_look_up(getattr(socket, name)))
