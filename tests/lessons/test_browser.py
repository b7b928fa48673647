"""In a real browser: lessons in JupyterLab, the web page of every lesson.

What each looked like is kept in build/screenshots.
"""

import importlib.util
import itertools
import time

import browser
import lessons
import numpy as np
import pytest
import render
from checkout import DATA
from desks import every_lesson
from PIL import Image
from uploading import BAD, PHONE, encoded

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="Chromium is not on this machine (Debian: apt install chromium)"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright is not installed: .[dev]"),
]
VIEW = ".widget-html-content img"


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as started:
        yield started


@pytest.fixture
def files(tmp_path):
    """Files as people have them, by what they are: a path each."""
    photo = Image.open(DATA / "images" / "panda.jpg")
    turned = Image.Exif()
    turned[0x0112] = 6
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (3200, 3200, 3), dtype="uint8"))
    contents = {
        "turned.jpg": encoded(photo, "JPEG", exif=turned),
        "clear.png": encoded(Image.new("RGBA", (300, 200), (255, 0, 0, 0)), "PNG"),
        "phone.heic": PHONE,
        "letter.txt": b"Dear network,\n",
        "large.png": encoded(noise, "PNG", compress_level=0),
        "my_photo.jpg": encoded(photo, "JPEG"),
        BAD: encoded(photo, "JPEG"),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def upload(page, *paths):
    """Chooses files by the keyboard: Enter on the button, then the browser's own dialog."""
    with page.expect_file_chooser() as chooser:
        page.locator("button.widget-upload").focus()
        page.keyboard.press("Enter")
    chooser.value.set_files(paths)


def wait_for_view(page, alternative):
    page.wait_for_function(
        "([view, words]) => document.querySelector(view)?.alt.includes(words)", arg=[VIEW, alternative], polling="raf"
    )


def wait_for_message(page, words):
    page.locator(".widget-html-content li", has_text=words).wait_for()


def move_slider(page, name, key):
    """Presses a key on the slider beside a number and waits for other bars: the seconds from the key to them."""
    row = page.locator(".widget-hbox", has=page.get_by_label(name, exact=True)).last
    row.locator("[role=slider]").focus()
    before = page.locator("table").first.inner_html()
    start = time.perf_counter()
    page.keyboard.press(key)
    page.wait_for_function("before => document.querySelector('table').innerHTML !== before", arg=before, polling="raf")
    return time.perf_counter() - start


# ---- JupyterLab


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with browser.jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        yield address


WORKSPACES = map(str, itertools.count(1))  # a new one for each page: JupyterLab opens again what an old one had open
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext"


def open_lesson(chromium, lab, lesson):
    page = browser.opened(chromium)
    page.goto(f"{lab}/lab/workspaces/{next(WORKSPACES)}/tree/notebooks/{lesson.name}")
    page.wait_for_function(f"{KERNEL}?.session?.kernel?.connectionStatus === 'connected'")
    page.evaluate(
        f"{KERNEL}.session.kernel.info.then(() => true)"
    )  # a kernel that has not answered yet forgets what it is asked
    return page


NUMBERS = """[...window.jupyterapp.shell.currentWidget.content.model.cells]
    .filter(cell => cell.type === 'code').map(cell => cell.executionCount)"""  # of folded cells too, whose prompt is not drawn


def run_all(page, lesson, command="run-all"):
    """By the menu; waits until each code cell has a new number and the kernel rests."""
    before = page.evaluate(NUMBERS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator(f"[data-command='runmenu:{command}']").click()
    if "restart" in command:
        page.locator(".jp-Dialog button.jp-mod-accept").click()
    finished = f"""before => {{
        const now = {NUMBERS};
        return now.every(number => number !== null) && now.join() !== before.join()
            && window.jupyterapp.shell.currentWidget.sessionContext.kernelDisplayStatus === 'idle';
    }}"""
    page.wait_for_function(finished, arg=before, polling=200)
    count = page.locator(".jp-CodeCell").count()
    assert count == len(lessons.code_cells(lessons.read(lesson)))
    errors = page.locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']")
    assert errors.all_inner_texts() == []


@pytest.mark.parametrize("lesson", lessons.LESSONS[:2], ids=lambda path: path.stem)
def test_a_lesson_runs_in_jupyterlab_without_an_error(chromium, lab, lesson):
    page = open_lesson(chromium, lab, lesson)
    run_all(page, lesson)
    pictures = page.locator(".jp-OutputArea-output img")
    assert pictures.count() >= 3 and all(pictures.evaluate_all("found => found.map(i => i.alt && i.naturalWidth)"))
    pictures.first.scroll_into_view_if_needed()
    browser.screenshot(page, f"jupyterlab_{lesson.stem}")
    page.close()


def test_lesson_07_is_played_in_jupyterlab(chromium, lab, files):
    (lesson,) = [path for path in lessons.LESSONS if path.name.startswith("07")]
    page = open_lesson(chromium, lab, lesson)
    run_all(page, lesson)
    wait_for_view(page, "dog.jpg, crop")
    upload(page, files["my_photo.jpg"])
    wait_for_view(page, "my_photo.jpg")
    assert page.get_by_label("Photo", exact=True).input_value() == "my_photo.jpg"
    move_slider(page, "Brightness, %", "ArrowLeft")
    wait_for_view(page, "brightness 98")
    upload(page, files["large.png"])  # 30 MB
    wait_for_view(page, "large.png")
    browser.screenshot(page, "jupyterlab_07_uploaded")

    upload(page, files["turned.jpg"], files["letter.txt"])  # two files, one of them none
    wait_for_view(page, "turned.jpg")
    wait_for_message(page, "letter.txt is not a picture")
    upload(page, files["turned.jpg"])  # the same file twice
    page.get_by_label("Photo", exact=True).select_option("dog.jpg")
    wait_for_view(page, "dog.jpg")
    assert page.get_by_label("Photo", exact=True).locator("option", has_text="turned.jpg").count() == 1
    upload(page, files["clear.png"])
    wait_for_view(page, "clear.png")
    upload(page, files["phone.heic"])
    wait_for_message(page, "phone.heic is")
    upload(page)  # no file
    upload(page, files[BAD])
    wait_for_view(page, BAD)
    assert page.locator("img[src='x']").count() == 0

    run_all(page, lesson)  # a second time in the same kernel
    wait_for_view(page, "dog.jpg, crop")
    move_slider(page, "Turn, degrees", "ArrowRight")
    other = open_lesson(chromium, lab, lesson)  # a second tab on the same kernel
    run_all(other, lesson)
    wait_for_view(other, "dog.jpg, crop")
    move_slider(other, "Noise", "ArrowRight")
    wait_for_view(other, "noise 5")
    other.close()

    run_all(page, lesson, "restart-and-run-all")
    wait_for_view(page, "dog.jpg, crop")
    move_slider(page, "Blur, pixels", "ArrowRight")
    wait_for_view(page, "blur 1")
    browser.screenshot(page, "jupyterlab_07_restarted")
    assert not [line for line in page.said if line.startswith(("script", "dialog"))]
    page.close()


# ---- The web pages of `make html`


def check_page(page, address, name):
    page.goto(address)
    page.wait_for_load_state("networkidle")
    images = "[...document.images].map(i => [i.alt, i.naturalWidth, i.currentSrc.slice(0, 60)])"
    for alternative, width, source in page.evaluate(images):
        assert alternative and lessons.FILLER not in alternative, source
        assert width, f"broken: {source}"
    browser.screenshot(page, name)
    assert page.said == []
    return page


@every_lesson
def test_the_web_page_of_a_lesson_has_no_fault(chromium, lesson, executed, rounds, tmp_path):
    notebook = lessons.read(executed(lesson) / "result.ipynb")
    notebook.cells = notebook.cells[: len(notebook.cells) // rounds]
    file = tmp_path / "page.html"
    file.write_text(render.page(notebook, tmp_path), encoding="utf-8")
    page = check_page(browser.opened(chromium), file.as_uri(), f"page_{lesson.stem}")
    if not browser.AXE.is_file():
        pytest.skip("all but accessibility is looked at; axe-core is missing: npm install --prefix build axe-core")
    found = browser.faults(page)
    page.close()
    assert not found, "\n".join(found)


def test_the_index_of_the_web_pages_has_no_fault(chromium, tmp_path):
    file = tmp_path / "index.html"
    file.write_text(render.index(lessons.LESSONS), encoding="utf-8")
    page = check_page(browser.opened(chromium), file.as_uri(), "page_index")
    if not browser.AXE.is_file():
        pytest.skip("all but accessibility is looked at; axe-core is missing: npm install --prefix build axe-core")
    assert browser.faults(page) == []
