"""Beside the pipe: short questions to the network, each with a limit in seconds that holds.

In: an http(s) address. Out: its bytes, or whether its host answers.
"""

import functools
import re
import threading

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


@functools.cache
def reachable(host):
    """Whether a host, as "https://name", answers within SECONDS; asked once in the life of the process."""
    import requests

    try:
        within(SECONDS, lambda: requests.head(host, timeout=SECONDS))
    except requests.exceptions.SSLError:
        return True  # it is there: what is wrong with its certificate is for the download to say
    except (requests.RequestException, TimeoutError):
        return False
    return True


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
