"""What a test needs around it, as fixtures: a server, a certificate, a small disk; and `send`, one whole answer."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@pytest.fixture
def serve():
    """Starts a server on 127.0.0.1 and gives its address: serve(answer), where answer(request) writes to `request`.

    `request.over` is an event, set when the test is over: an answer that takes for ever waits for it.
    """
    servers, over = [], threading.Event()

    def start(answer):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                try:
                    answer(self)
                except OSError:
                    self.close_connection = True  # the other side went away, as it should

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        Handler.over = over
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def send(request, content, status=200, **headers):
    """Sends one whole answer; headers with _ for -."""
    request.send_response(status)
    for name, value in {"Content_Length": len(content), **headers}.items():
        request.send_header(name.replace("_", "-"), str(value))
    request.end_headers()
    if request.command == "GET":
        request.wfile.write(content)


@pytest.fixture
def certificate(tmp_path_factory):
    """Paths of a certificate for 127.0.0.1, signed by nobody but itself, and of its key."""
    folder = tmp_path_factory.mktemp("tls")
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on this machine, so no certificate can be made")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def small_disk():
    """small_disk("8m"): a folder on a disk of that size of its own, for as long as the test runs."""
    mounted = []

    def make(size, *options):
        folder = tempfile.mkdtemp(prefix="small-disk-")
        command = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", folder]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
            os.rmdir(folder)
            pytest.skip("this user may not mount a tmpfs, so there is no small disk to fill")
        mounted.append(folder)
        return pathlib.Path(folder)

    yield make
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)
        os.rmdir(folder)
