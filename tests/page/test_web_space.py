"""The page on a web space: kept at the first visit, it opens when the web space is gone; it can go on the home screen."""

import importlib.util
import pathlib
import urllib.parse

import browser
import pytest
from servers import send

import page as builder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="Chromium is not on this machine (Debian: apt install chromium)"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright is not installed: .[dev]"),
]
KINDS = {".html": "text/html", ".js": "text/javascript", ".png": "image/png", ".webmanifest": "application/manifest+json"}
BEST = "async () => { await course.ready; return document.querySelector('#bars th').textContent }"


def test_once_opened_it_opens_with_no_network_and_newer_files_take_its_place(address, serve):
    folder = pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(address).path)).parent
    there = {"open": True, "more": b""}

    def answer(request):
        name = request.path.split("?")[0].lstrip("/")
        if not there["open"]:
            request.connection.close()
        elif name in builder.BESIDE:
            send(request, (builder.SOURCES / name).read_bytes(), Content_Type=KINDS[pathlib.Path(name).suffix])
        elif name == builder.PAGE.name:
            send(request, (folder / name).read_bytes() + there["more"], Content_Type="text/html")
        else:
            send(request, b"", status=404)

    web = f"{serve(answer)}/{builder.PAGE.name}"
    with browser.chromium() as started:
        page = browser.opened(started)
        page.goto(web)
        page.evaluate("course.ready")
        first = page.evaluate(BEST)
        page.evaluate("navigator.serviceWorker.ready")
        devices = page.context.new_cdp_session(page)
        assert devices.send("Page.getAppManifest")["errors"] == []
        lacking = {fault["errorId"] for fault in devices.send("Page.getInstallabilityErrors")["installabilityErrors"]}
        assert lacking <= {"in-incognito"}, lacking  # as each page of a test is
        assert page.said == [], page.said

        there["open"] = False
        page.goto(f"{web}#photo=panda")
        page.reload()
        page.evaluate("course.ready")
        assert page.evaluate(BEST) != first and "panda" in page.evaluate(BEST)

        there.update(open=True, more=b"<!-- newer -->")
        page.reload()
        page.evaluate("course.ready")
        assert "newer" in page.content()
