"""Short questions to the network, each with a limit in seconds that holds.

In: an http(s) address. Out: its bytes, or whether its host answers.
"""

import concurrent.futures
import functools
import os
import re
import socket
import threading
import time
import urllib.parse

SECONDS = 3  # how long a host may take to answer at all, name look-up included
AGENT = {"User-Agent": "image-prediction-course (a teaching notebook)"}


def within(seconds, ask):
    """What a function returns or raises; TimeoutError where it takes longer. A name look-up has no time-out of its own."""
    answer = []

    def run():
        try:
            answer.append((ask(), None))
        except Exception as problem:
            answer.append((None, problem))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not answer:
        raise TimeoutError(f"There was no answer within {seconds} seconds.")
    value, problem = answer[0]
    if problem:
        raise problem
    return value


def host(address):
    """Where an address leads, as "https://name"."""
    return "/".join(address.split("/", 3)[:3])


def reachable(host):
    """Whether a host, as "https://name", answers within SECONDS; asked once in the life of the process."""
    question, until = ask(host)
    try:
        return question.result(max(0, until - time.monotonic()))
    except TimeoutError:
        return False


@functools.cache
def ask(host):
    """Begins to ask whether a host answers, in a thread, so that several can be asked at once. `reachable` has the answer."""
    question = concurrent.futures.Future()
    threading.Thread(target=lambda: question.set_result(_answers(host)), daemon=True).start()
    return question, time.monotonic() + SECONDS - 0.5  # half a second is left to start the stand-in


def _answers(host):
    import requests

    try:
        requests.head(host, timeout=SECONDS)
    except (requests.exceptions.SSLError, requests.exceptions.ProxyError):
        return True  # somebody is there: what is wrong is for the download to say
    except (requests.RequestException, ValueError):
        return False
    except OSError:
        return True  # REQUESTS_CA_BUNDLE names no file: this too
    return True


def look_up(url):
    """Looks up the host's name, within the seconds allowed. Behind a proxy that is the proxy's task."""
    import requests

    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if bundle and url.startswith("https") and not os.path.exists(bundle):
        raise OSError(f"REQUESTS_CA_BUNDLE names {bundle}, which is not there. Correct it, or unset it.")
    host = urllib.parse.urlsplit(url).hostname
    if not requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url)):
        try:
            within(SECONDS, lambda: socket.getaddrinfo(host, None))
        except (OSError, UnicodeError):
            raise requests.ConnectionError(f"the name {host} could not be looked up") from None


def small_file(address, most_bytes, most_seconds):
    """The bytes behind an http(s) address. Raises ConnectionError or ValueError, each with one plain sentence."""
    scheme = address.split("://")[0].lower()
    if scheme not in ("http", "https"):
        raise ValueError(f"{address} begins with {scheme}://: only http:// and https:// addresses are opened, or give a path.")
    import requests

    try:
        return within(most_seconds, lambda: _download(address, most_bytes, most_seconds))
    except TimeoutError:
        raise ConnectionError(
            f"{address} did not answer completely within {most_seconds} seconds: "
            "save the picture with your browser and give its path."
        ) from None
    except (requests.RequestException, OSError, ValueError) as problem:
        if type(problem) in (ConnectionError, ValueError):  # by _download; those of requests are subclasses
            raise
        why = re.sub("(?<!^)(?=[A-Z][a-z])", " ", type(problem).__name__).lower()  # ReadTimeout: read timeout
        raise ConnectionError(
            f"{address} could not be reached ({why}): check the address and your network, or use a file."
        ) from None


def _download(address, most_bytes, most_seconds):
    import requests

    content = bytearray()
    too_large = f"{address} sends more than {most_bytes >> 20} MB: save the picture, make it smaller and give its path."
    with requests.get(address, headers=AGENT, stream=True, timeout=most_seconds) as response:
        if response.status_code != 200:
            raise ConnectionError(
                f"{address} answered {response.status_code} {response.reason}: check the address in your browser."
            )
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > most_bytes:
            raise ValueError(too_large)
        for piece in response.iter_content(1 << 16):
            content += piece
            if len(content) > most_bytes:
                raise ValueError(too_large)
    return bytes(content)
