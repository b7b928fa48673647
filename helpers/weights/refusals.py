"""Why a large file did not come, in two sentences: what happened, and what to do.

In: an exception, or an answer that is not the file. Out: text.
"""

import errno
import urllib.parse

from helpers.machine import disk, sentences, web


class Refused(Exception):
    """An answer that is not the file: its status, or "page" for a web page."""


def is_final(problem):
    """Whether a second try would change nothing."""
    import requests

    if isinstance(problem, Refused):
        return problem.args[0] not in (408, 429) and not str(problem).startswith("5")
    never = (requests.exceptions.ProxyError, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL)
    return isinstance(problem, never) or _is_about_certificates(problem) or web.leads_astray(problem) is not None


def _is_about_certificates(problem):
    """A cut secure connection is an SSLError too."""
    import requests

    return isinstance(problem, requests.exceptions.SSLError) and "CERTIFICATE" in str(problem)


def said(problem, url):
    """What went wrong with an address: one sentence what happened, one what to do."""
    import requests

    host = urllib.parse.urlsplit(url).hostname
    if _is_about_certificates(problem):
        return (
            f"The secure connection to {host} failed: its certificate is not accepted here. Check the clock of this machine; "
            "in a school or company, ask for its certificate and set REQUESTS_CA_BUNDLE to that file."
        )
    if isinstance(problem, requests.exceptions.ProxyError):
        return f"The proxy did not let the request to {host} through. Check HTTPS_PROXY, or ask whoever runs the network."
    if astray := web.leads_astray(problem):
        return f"{host} {astray}. Check the address, or take another source."
    if isinstance(problem, requests.exceptions.InvalidSchema):  # requests has no words for socks5:// by itself
        return f"The proxy for {host} is of a kind that cannot be used here. Put one with http:// into HTTPS_PROXY."
    if isinstance(problem, requests.exceptions.InvalidURL):
        return f"{web.shown(url)} is no address that can be opened, or it leads to one. Correct it."
    code = problem.args[0] if isinstance(problem, Refused) else None
    if code == "page":
        return f"{host} sent a web page instead of the file. Open a browser and log in to the network first."
    if code == 403:
        return f"{host} refuses the file (403). Your network may block it: try another, or a mirror (WEIGHTS_MIRROR)."
    if code == 404:
        return f"{host} has no such file (404). Check the address, or the mirror in WEIGHTS_MIRROR."
    if code == 407:
        return "The proxy wants a name and a password (407). Put them into HTTPS_PROXY."
    if code == 416:
        return f"{host} says that the file ends before its beginning (416), so it sent nothing. Take another source."
    if code and code >= 500:
        return f"{host} has trouble of its own ({code}). Try again later: what has come is kept."
    if code:
        return f"{host} answered {code} instead of the file. Check the address."
    if isinstance(problem, requests.Timeout) or "timed out" in str(problem):
        return f"{host} stopped answering. Try again later: what has come is kept."
    if isinstance(problem, requests.exceptions.ChunkedEncodingError):
        return f"The connection to {host} breaks off again and again. Try again later: what has come is kept."
    return f"{host} cannot be reached. Check the network and try again: what has come is kept."


def is_full(problem):
    """Whether an OSError says that the disk, or the share of it that this user may fill, is full."""
    return problem.errno in (errno.ENOSPC, errno.EDQUOT)


def not_written(problem, path, size=None, instead="set KERAS_HOME to another folder"):
    """Why the system refused to write a file: one sentence what happened, one what to do."""
    folder = sentences.fit(str(path.parent))
    if is_full(problem):
        return f"The disk is too full for {path.name}{f' of {size / 2**20:.0f} MB' if size else ''}. Make room, or {instead}."
    if isinstance(problem, PermissionError):
        return f"You may not write into {folder}. Ask whoever owns it, or {instead}."
    return f"{folder} cannot be written: {disk.why(problem)}. Correct this, or {instead}."
