"""A real browser and real servers for the tests: Chromium by Playwright, JupyterLab on 127.0.0.1."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from checkout import ROOT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = pathlib.Path(os.environ.get("AXE_CORE") or ROOT / "build" / "node_modules" / "axe-core" / "axe.min.js")
SCREENSHOTS = ROOT / "build" / "screenshots"
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
SECONDS = 180  # for a page to come or a lesson to run, on a slow machine

# What a user of JupyterLab would set in its menus: every cell in the page, also those out of sight; no question about news.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
MADE_LARGER = re.search(r"^LARGE = (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]


@contextlib.contextmanager
def chromium(*more):
    """A browser, as Playwright has it, with a profile of its own that is thrown away. more: arguments."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", *QUIET, *more]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


def opened(browser, **options):
    """A new page; page.said collects its errors: of scripts, of the console, of what did not load, and every dialog."""
    page = browser.new_page(viewport={"width": 1300, "height": 950}, **options)
    page.set_default_timeout(SECONDS * 1000)
    page.said = []
    page.on("pageerror", lambda problem: page.said.append(f"script: {problem}"))
    page.on("console", lambda line: page.said.append(f"console: {line.text}") if line.type == "error" else None)
    page.on("requestfailed", lambda request: page.said.append(f"not loaded: {request.url[:200]}"))
    page.on("dialog", lambda dialog: (page.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    return page


def screenshot(page, name):
    """Keeps what the page looks like in build/screenshots."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def faults(page, **options):
    """The serious accessibility faults that axe-core finds on a page: a list of texts. options: as axe.run takes them."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        f"{fault['impact']} {fault['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@contextlib.contextmanager
def server(folder, module, *arguments):
    """Starts a Jupyter server with all its files in a folder; gives its address; ends it and its kernels."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "JUPYTER"))}
    for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        environment[name] = str(folder / name.lower())
        (folder / name.lower()).mkdir(exist_ok=True)
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", module, "--no-browser", *arguments]
    with open(folder / "log.txt", "w") as log:
        process = subprocess.Popen(
            [*command, f"--port={port}"], cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process, folder / "log.txt")
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # its kernels end with it
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(address, process, log):
    """Waits until a server listens; shows what it wrote where it does not."""
    port = int(address.rsplit(":", 1)[1])
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"No server at {address}: {log.read_text()[-3000:]}")


@contextlib.contextmanager
def jupyterlab(folder):
    """JupyterLab on a copy of the lessons, with the message limit of `make lab`; gives its address."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", dirs_exist_ok=True)
    for name, values in SETTINGS.items():
        file = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    arguments = [f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--allow-root"]
    arguments += [f"--LabApp.user_settings_dir={folder / 'settings'}", f"--LabApp.workspaces_dir={folder / 'workspaces'}"]
    with server(folder, "jupyterlab", *arguments, "--expose-app-in-browser", f"--ServerApp.{MADE_LARGER}") as address:
        yield address
