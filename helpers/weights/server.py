"""A classroom's own source of weights, `python -m helpers.weights serve FOLDER`.

In: a folder with the official files. Out: a web server on the local network that goes on where a broken download stopped.
"""

import functools
import http.server
import pathlib
import re
import socket
import sys

from helpers.machine import disk, sentences


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Python's own file server, which ignores Range, with Range: a broken download goes on where it stopped."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answers with the part of a file that was asked for; all else is for Python's own server."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = pathlib.Path(self.translate_path(self.path))
        if not asked or not path.is_file():
            return super().do_GET()
        size = path.stat().st_size
        first, last = int(asked[1]), min(int(asked[2] or size - 1), size - 1)
        if first > last:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        with open(path, "rb") as file:
            file.seek(first)
            left = last - first + 1
            while left and (piece := file.read(min(left, 1 << 16))):
                self.wfile.write(piece)
                left -= len(piece)

    def end_headers(self):
        """Says in every answer that parts can be asked for."""
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, *_):
        """Thirty learners would fill the screen."""


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64  # a whole class may come at once

    def handle_error(self, *_):
        """A learner who closes the notebook is no error of the server's."""


def serve(folder, port=8000):
    """Serves a folder on the local network until Ctrl-C, and prints the line that learners set."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        sys.exit(f"{folder} is not a folder: make one with `python -m helpers.weights export FOLDER`.")
    try:
        server = _Server(("", sentences.whole("port", port, 0, 65535)), functools.partial(_Handler, directory=str(folder)))
    except ValueError as problem:
        sys.exit(str(problem))
    except OSError as problem:
        sys.exit(f"Port {port} cannot be used ({disk.why(problem)}): give another with --port.")
    address = f"http://{_own_address()}:{server.server_address[1]}"
    said = f"Serving {folder}. Learners set, before they start Jupyter:\n\n    WEIGHTS_MIRROR={address}\n\nCtrl-C ends it."
    try:
        print(said, flush=True)
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
