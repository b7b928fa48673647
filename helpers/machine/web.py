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

from helpers.machine import sentences

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


def shown(address):
    """An address as it may stand in a sentence, a log or a bar: no password, no values after the "?", fit and capped."""
    path, mark, asked = re.fullmatch(r"([^?#]*)(\??)(.*)", _without_user(address), re.DOTALL).groups()
    names = [part.split("=", 1)[0] + "=…" if "=" in part else "…" for part in re.split("[&;]", asked.split("#")[0])]
    return sentences.fit(path + (mark + "&".join(names) if mark else ""))


def _without_user(address):
    """The address without "user:secret@", also where the secret holds "/", "?" or "#", which it should not."""
    plain = re.sub(r"(?<=:)(//+)[^/?#]*@", r"\1", address, count=1)
    return re.sub(r"(?<=:)(//+)[^/?#@\[\]]*:(?!\d*([/?#]|$)).*@", r"\1", plain, count=1, flags=re.DOTALL)


def host(address):
    """Where an address leads, as "https://name"; no user and no password."""
    return "/".join(re.split("[?#]", _without_user(address))[0].split("/", 3)[:3])


def is_web(address):
    """Whether an address is one of those that are opened: http or https."""
    return address.lower().startswith(("http://", "https://"))


def leads_astray(problem):
    """Where a chain of redirects ended badly, for a sentence: "leads in a circle"; None where the problem is another."""
    import requests

    if isinstance(problem, requests.TooManyRedirects):
        return f"leads in a circle, or over more than {requests.models.DEFAULT_REDIRECT_LIMIT} other addresses"
    elsewhere = re.search(r"No connection adapters were found for ['\"]([A-Za-z][A-Za-z0-9+.-]*):", str(problem))
    if isinstance(problem, requests.exceptions.InvalidSchema) and elsewhere:
        return f"leads on to an address that begins with {elsewhere[1].lower()}:, and only http and https are followed"
    return None


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
    seen = shown(address)
    if not is_web(address):
        scheme = sentences.fit(address.split(":")[0].lower(), 20)
        raise ValueError(
            f"{seen} begins with {scheme}:, and only http:// and https:// addresses are opened: give one, or a path."
        )
    import requests

    try:
        return within(most_seconds, lambda: _download(address, seen, most_bytes, most_seconds))
    except (TimeoutError, requests.Timeout):
        raise ConnectionError(
            f"{seen} did not answer completely within {most_seconds} seconds: "
            "save the picture with your browser and give its path."
        ) from None
    except (requests.RequestException, OSError, ValueError) as problem:
        if type(problem) in (ConnectionError, ValueError):  # by _download; those of requests are subclasses
            raise
        if astray := leads_astray(problem):
            raise ConnectionError(
                f"{seen} {astray}: give the address of the picture itself, or save it and give its path."
            ) from None
        why = re.sub("(?<!^)(?=[A-Z][a-z])", " ", type(problem).__name__).lower()  # ReadTimeout: read timeout
        raise ConnectionError(
            f"{seen} could not be reached ({why}): check the address and your network, or use a file."
        ) from None


def _download(address, seen, most_bytes, most_seconds):
    import requests

    content = bytearray()
    too_large = f"{seen} sends more than {most_bytes >> 20} MB: save the picture, make it smaller and give its path."
    with requests.get(address, headers=AGENT, stream=True, timeout=most_seconds) as response:
        code = response.status_code
        if code != 200:
            raise ConnectionError(f"{seen} answered {code} and no picture: {_advice(code)}.")
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length[:20]) > most_bytes:
            raise ValueError(too_large)
        for piece in response.iter_content(1 << 16):
            content += piece
            if len(content) > most_bytes:
                raise ValueError(too_large)
    return bytes(content)


def _advice(code):
    """What to do about an answer that is no picture, by its status."""
    if code == 429 or code >= 500:
        return "the trouble is there, so try again later, or use a file"
    if code in (404, 410):
        return "check the address in your browser"
    return "open it in your browser, save the picture there and give its path"
