"""The three engines of browsers, each driven by the standard that it speaks: one page, from a file, no network.

Chromium by Playwright; Firefox by WebDriver BiDi over its own socket; WebKit by WebDriver, with its MiniBrowser on a screen
that nobody sees. Nothing but the browsers is needed: on Debian `apt-get install chromium firefox-esr webkit2gtk-driver xvfb`.
"""

import contextlib
import glob
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

import browser
import requests

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
WEBKIT = shutil.which("WebKitWebDriver")
MINI_BROWSER = next(iter(glob.glob("/usr/lib/*/webkit2gtk-4.*/MiniBrowser")), None)
SECONDS = 180
MISSING = {  # why an engine cannot be driven here, or nothing
    "chromium": "" if browser.CHROMIUM else "Chromium is not on this machine (Debian: apt install chromium)",
    "firefox": "" if FIREFOX else "Firefox is not on this machine (Debian: apt install firefox-esr)",
    "webkit": ""
    if WEBKIT and MINI_BROWSER and shutil.which("Xvfb")
    else "WebKit's driver is not on this machine (Debian: apt install webkit2gtk-driver xvfb)",
}
# No proxy and no network: whatever the page asked for would fail. The automation itself goes over 127.0.0.1.
NO_NETWORK = "127.0.0.1:9"  # nobody listens there


@contextlib.contextmanager
def opened(engine, address):
    """A page in one of the engines. Gives run(script, *arguments): what an async function body returns, as JSON has it."""
    with {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}[engine](address) as run:
        yield run


@contextlib.contextmanager
def _chromium(address):
    with browser.chromium() as started:
        page = browser.opened(started)
        page.context.set_offline(True)
        page.goto(address)
        yield lambda script, *values: page.evaluate(f"async values => {{ {script} }}", list(values))
        assert not page.said, page.said


@contextlib.contextmanager
def _firefox(address):
    import websocket

    preferences = {"network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": 9}
    preferences |= {"network.proxy.ssl": "127.0.0.1", "network.proxy.ssl_port": 9, "app.update.auto": False}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with open(f"{folder}/user.js", "w") as file:
            file.writelines(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items())
        command = [FIREFOX, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port=0", "about:blank"]
        with _process(command, stderr=subprocess.PIPE, text=True) as firefox:
            port = next(filter(None, (re.search(r"ws://127\.0\.0\.1:(\d+)", line) for line in firefox.stderr)))[1]
            line = websocket.create_connection(f"ws://127.0.0.1:{port}/session", timeout=SECONDS, suppress_origin=True)
            numbers = itertools.count(1)

            def ask(method, **parameters):
                number = next(numbers)
                line.send(json.dumps({"id": number, "method": method, "params": parameters}))
                while (said := json.loads(line.recv())).get("id") != number:
                    pass
                assert said["type"] == "success", said
                return said["result"]

            ask("session.new", capabilities={})
            context = ask("browsingContext.getTree")["contexts"][0]["context"]
            ask("browsingContext.navigate", context=context, url=address, wait="complete")

            def run(script, *values):
                inner = f"(async () => {{ {script} }})()"
                text = f"async text => {{ const values = JSON.parse(text); return JSON.stringify(await {inner}) }}"
                said = ask(
                    "script.callFunction", functionDeclaration=text, awaitPromise=True, target={"context": context},
                    arguments=[{"type": "string", "value": json.dumps(values)}],
                )  # fmt: skip
                assert said["type"] == "success", said["exceptionDetails"]["text"]
                return json.loads(said["result"].get("value", "null"))

            yield run
            line.close()


@contextlib.contextmanager
def _webkit(address):
    with _process(["Xvfb", "-displayfd", "1", "-screen", "0", "1300x950x24"], stdout=subprocess.PIPE, text=True) as screen:
        display = screen.stdout.readline().strip()
        port = _free_port()
        with _process([WEBKIT, f"--port={port}"], DISPLAY=f":{display}", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1"):
            base = f"http://127.0.0.1:{port}/session"
            options = {"binary": MINI_BROWSER, "args": ["--automation", f"--proxy=http://{NO_NETWORK}"]}
            wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}

            def ask(method, path, **content):
                answer = requests.request(method, base + path, json=content, timeout=SECONDS).json()["value"]
                assert not (isinstance(answer, dict) and "error" in answer), answer
                return answer

            _wait_for(port)
            session = ask("POST", "", **wanted)["sessionId"]
            ask("POST", f"/{session}/timeouts", script=SECONDS * 1000, pageLoad=SECONDS * 1000)
            ask("POST", f"/{session}/url", url=address)

            def run(script, *values):
                text = (
                    "const [text, done] = arguments, values = JSON.parse(text);"
                    f"(async () => {{ {script} }})()"
                    ".then(found => done(JSON.stringify([found])), problem => done('!' + problem))"
                )
                said = ask("POST", f"/{session}/execute/async", script=text, args=[json.dumps(values)])
                assert not said.startswith("!"), said
                return json.loads(said)[0]

            yield run
            ask("DELETE", f"/{session}")


@contextlib.contextmanager
def _process(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=None, **environment):
    process = subprocess.Popen(command, stdout=stdout, stderr=stderr, text=text, env={**os.environ, **environment})
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def _wait_for(port):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        time.sleep(0.1)
