"""A web server for tests, on 127.0.0.1, that serves one file and misbehaves as it is told. Sockets only, so that it can.

    with misbehaving.server(content) as site:     # or server(content, tls=(certificate, key))
        site.cuts = [1000, 5000]                  # the first connection is cut after 1000 bytes, the second after 5000
        fetch(site.url, …)
        site.wire, site.connections, site.requests

How it answers the n-th GET is decided by `site.behave(n, request)`, which gives an `Answer`; the default is a good one.
"""

import contextlib
import dataclasses
import re
import socket
import ssl
import struct
import threading
import time


@dataclasses.dataclass
class Answer:
    """One answer: what to send, and how to fail."""

    status: int = 200
    body: bytes = b""
    headers: dict = dataclasses.field(default_factory=dict)
    length: int | None = None  # the Content-Length that is claimed, if not the true one; -1: none is sent
    cut: int | None = None  # bytes of the body after which the connection is closed
    reset: bool = False  # whether it is closed rudely (RST), not politely (FIN)
    stall: int | None = None  # bytes of the body after which nothing more comes, until the server ends
    slow: float = 0.0  # seconds to wait after each 64 KB


class Site:
    """What a server has, how it shall behave, and what it has seen."""

    def __init__(self, content):
        self.content, self.ranges, self.cuts, self.slow = content, True, [], 0.0
        self.wire = 0  # bytes of bodies that were sent
        self.requests = []  # (method, path, first byte asked for or None)
        self.gets, self.over, self.behave, self.url = 0, threading.Event(), lambda n, first: self.good(first), ""
        self.outlasted = False  # whether a client held on to a stalled answer for two minutes
        self._lock = threading.Lock()

    def good(self, first=None, **keywords):
        """The right answer: the whole file, or with Range what was asked for."""
        if first is None or not self.ranges:
            return Answer(200, self.content, slow=self.slow, **keywords)
        size = len(self.content)
        if first >= size:
            return Answer(416, b"", {"Content-Range": f"bytes */{size}"})
        return Answer(
            206, self.content[first:], {"Content-Range": f"bytes {first}-{size - 1}/{size}"}, slow=self.slow, **keywords
        )

    def handle(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(1 << 16)
            if not piece:
                return
            head += piece
            if head[0] == 0x16:  # the start of a secure connection, of which this server knows nothing
                return
        method, path, _ = head.decode("latin-1").split("\r\n")[0].split(" ")
        asked = re.search(r"^range: bytes=(\d+)-", head.decode("latin-1"), re.IGNORECASE | re.MULTILINE)
        first = int(asked[1]) if asked else None
        with self._lock:
            self.requests.append((method, path, first))
            n = self.gets
            self.gets += method == "GET"
            cut = self.cuts.pop(0) if method == "GET" and self.cuts else None
        if method == "HEAD":
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        answer = self.behave(n, first)
        if cut is not None:
            answer = dataclasses.replace(answer, cut=cut, reset=n % 2 == 1)
        self._send(connection, answer)

    def _send(self, connection, answer):
        length = len(answer.body) if answer.length is None else answer.length
        headers = {"Connection": "close"} | ({} if length < 0 else {"Content-Length": length}) | answer.headers
        lines = [f"HTTP/1.1 {answer.status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        end = min(len(answer.body), *(x for x in (answer.cut, answer.stall) if x is not None), 1 << 62)
        for at in range(0, end, 1 << 16):
            piece = memoryview(answer.body)[at : min(at + (1 << 16), end)]
            connection.sendall(piece)
            with self._lock:
                self.wire += len(piece)
            if answer.slow:
                time.sleep(answer.slow)
        if answer.stall is not None:
            self.outlasted |= not self.over.wait(120)
        if answer.reset:
            _wait_until_sent(connection)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _wait_until_sent(connection):
    """So that `wire` is what really crossed the wire: a reset throws away what the system still holds."""
    try:
        import fcntl
        import termios
    except ImportError:
        return
    for _ in range(2000):
        if not struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0]:
            return
        time.sleep(0.001)


@contextlib.contextmanager
def server(content, tls=None):
    """A Site, served until the block ends. tls: paths of a certificate and its key."""
    site = Site(content)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    secure = None
    if tls:
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(*tls)
    site.url = f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}/official.h5"

    def one(connection):
        with contextlib.suppress(OSError), connection:
            if secure:
                connection = secure.wrap_socket(connection, server_side=True)
            with connection:
                site.handle(connection)

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield site
    finally:
        site.over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@contextlib.contextmanager
def deaf_address():
    """An address that never answers, not even to say no: its queue is full, so the system drops who comes."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    address = listener.getsockname()
    callers = []
    for _ in range(3):
        caller = socket.socket()
        caller.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            caller.connect(address)
        callers.append(caller)
    time.sleep(0.1)
    try:
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        for each in [*callers, listener]:
            each.close()
