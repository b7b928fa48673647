"""A classroom's own source of weights, `python -m helpers.weights serve FOLDER`.

In: a folder with the official files. Out: a web server on the local network that goes on where a broken download stopped.
It gives and lists what lies in the folder itself: whole, visible files. No link, no hidden file, no part of a download.
"""

import functools
import html
import http.server
import os
import pathlib
import re
import socket
import stat
import sys
import time
import urllib.parse

from helpers.machine import disk, places, sentences

ASKING = 15  # seconds in which a request must be complete; then, and while nothing is asked, the connection is closed
STALL = 30  # seconds in which a learner's machine must take the next piece
WAITING = 200  # connections that may be open and ask nothing: of more, the oldest are closed
UNFINISHED = (".part", ".lock", ".wrong")  # what a download, or a copy, leaves beside its file


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Python's own file server, with Range, and for plain files and folders only."""

    protocol_version = "HTTP/1.1"
    timeout = STALL

    def handle_one_request(self):
        """Answers one request, which must be complete in time."""
        self.server.waiting[self.connection] = time.monotonic() + ASKING
        try:
            super().handle_one_request()
        finally:
            self.server.waiting.pop(self.connection, None)

    def parse_request(self):
        """Reads the rest of the request; from here on it is the answer that takes its time."""
        good = super().parse_request()
        self.server.waiting.pop(self.connection, None)
        return good

    def do_GET(self):
        """Answers with a file, the part of it that was asked for, or the list of a folder."""
        path = pathlib.Path(self.translate_path(self.path))
        if not self._is_for_all(path):
            return self.send_error(404)
        if path.is_dir():
            return self._send_list(path)
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        except OSError:
            return self.send_error(404)
        with open(handle, "rb") as file:
            self._send_file(file, os.fstat(handle).st_size)

    do_HEAD = do_GET

    def _is_for_all(self, path):
        """Whether a path leads, over no link and nothing hidden, to a whole file or a folder of the folder that is served."""
        try:
            for place in [path, *path.parents]:
                if place == pathlib.Path(self.directory):
                    return path.is_dir() or stat.S_ISREG(os.lstat(path).st_mode)
                if place.name.startswith(".") or place.name.lower().endswith(UNFINISHED) or os.path.islink(place):
                    return False
        except (OSError, ValueError):  # not there; a name that no file can have
            pass
        return False

    def _send_file(self, file, size):
        asked = re.fullmatch(r"bytes=(\d{1,18})-(\d{0,18})", self.headers.get("Range", ""))
        first, last = (int(asked[1]), min(int(asked[2] or size - 1), size - 1)) if asked else (0, size - 1)
        if asked and first > last:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_response(206 if asked else 200)
        self.send_header("Content-Type", self.guess_type(self.path))
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        left = last - first + 1
        self.send_header("Content-Length", str(left))
        self.end_headers()
        file.seek(first)
        while self.command == "GET" and left and (piece := file.read(min(left, 1 << 16))):
            self.wfile.write(piece)
            left -= len(piece)

    def _send_list(self, folder):
        names = sorted(entry.name for entry in pathlib.Path(folder).iterdir() if self._is_for_all(entry))
        inside = folder.relative_to(self.directory).as_posix()
        start = "/" if inside == "." else f"/{urllib.parse.quote(inside, errors='surrogateescape')}/"
        lines = [
            f'<li><a href="{start}{urllib.parse.quote(name, errors="surrogateescape")}">{html.escape(sentences.fit(name))}</a>'
            for name in names
        ]
        page = f'<!DOCTYPE html><meta charset="utf-8"><title>The mirror</title><ul>{"".join(lines)}</ul>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page if self.command == "GET" else b"")

    def end_headers(self):
        """Says in every answer that parts can be asked for."""
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, *_):
        """Thirty learners would fill the screen."""


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64  # a whole class may come at once

    def __init__(self, *arguments):
        self.waiting = {}  # a connection whose request is not complete: until when it may be
        super().__init__(*arguments)

    def service_actions(self):
        """After each connection, and twice a second: closes those whose request has not come."""
        waiting, now = list(self.waiting.items()), time.monotonic()
        surplus = len(waiting) - WAITING
        for number, (connection, until) in enumerate(waiting):  # the oldest first
            if until < now or number < surplus:
                self.waiting.pop(connection, None)
                try:
                    connection.shutdown(socket.SHUT_RDWR)  # its thread wakes, and ends
                except OSError:
                    pass  # it has ended by itself

    def handle_error(self, *_):
        """A learner who closes the notebook is no error of the server's."""


def serve(folder, port=8000):
    """Serves a folder on the local network until Ctrl-C, and prints the line that learners set."""
    folder = places.given("FOLDER", folder, "the path of a folder").absolute()
    if not folder.is_dir():
        sys.exit(f"{sentences.fit(str(folder))} is not a folder: make one with `python -m helpers.weights export FOLDER`.")
    try:
        server = _Server(("", sentences.whole("port", port, 0, 65535)), functools.partial(_Handler, directory=str(folder)))
    except ValueError as problem:
        sys.exit(str(problem))
    except OSError as problem:
        sys.exit(f"Port {port} cannot be used ({disk.why(problem)}): give another with --port.")
    address = f"http://{_own_address()}:{server.server_address[1]}"
    said = f"Serving {sentences.fit(str(folder))}. Learners set, before they start Jupyter:"
    try:
        print(f"{said}\n\n    WEIGHTS_MIRROR={address}\n\nCtrl-C ends it.", flush=True)
        server.serve_forever()
    except KeyboardInterrupt:
        print("Ended.")
    return 0


def _own_address():
    """This machine's address on the local network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
