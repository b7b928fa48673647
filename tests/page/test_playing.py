"""The page as it is used: Python's words and changes, tasks from links, the camera, by keyboard alone, and for everybody."""

import importlib.util
import io
import json
import re

import browser
import numpy as np
import pytest
from checkout import ROOT
from PIL import Image

import page as builder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="Chromium is not on this machine (Debian: apt install chromium)"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright is not installed: .[dev]"),
]
TEACHING = (ROOT / "notebooks" / "TEACHING.md").read_text(encoding="utf-8")
TASKS = re.findall(r"^\| \d `#([^`]+)` \| (.+?) \| (.+?) \|$", TEACHING, re.MULTILINE)
SHOWN = """() => [document.getElementById("caption").textContent, document.getElementById("sentence").textContent,
    document.querySelector("#bars th").textContent]"""


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream") as started:
        yield started


def opened(chromium, address, fragment="", **options):
    page = browser.opened(chromium, bypass_csp=True, **options)  # for axe-core, which is put in from outside
    page.goto(f"{address}#{fragment}")
    page.evaluate("course.ready")
    return page


def no_faults(page):
    """No serious fault of access in the state that the page is in; nothing is said where axe-core is missing."""
    if browser.AXE.is_file():
        found = browser.faults(page)
        assert not found, "\n".join(found)


def follow(page, fragment):
    """Goes to a link and waits for its answer; gives what is shown."""
    page.evaluate("""fragment => { document.getElementById("caption").textContent = ""; location.hash = fragment }""", fragment)
    page.wait_for_function("document.getElementById('caption').textContent !== ''")
    return page.evaluate(SHOWN)


def numbers_apart(sentence):
    return re.sub(r"\d+(\.\d)?|over 99|under 0\.1", "#", sentence), [float(n) for n in re.findall(r"\d+(?:\.\d)?", sentence)]


CHANGES = [{}, {"mirror": True}, {"turn": 20}, {"brightness": 0.6}, {"blur": 3}, {"cover": 0.2, "across": 0.3, "down": 0.7}]


def test_the_words_and_the_changes_are_pythons(chromium, address, lite):
    from helpers import images, labels
    from helpers.widgets import changes

    model, card = lite
    page = opened(chromium, address)
    carried = json.loads(page.locator("#words").text_content())["photos"]
    batch, links = [], []
    for place, (name, _, photo) in enumerate(carried):
        small = images.resize(images.load(io.BytesIO(builder.base64.b64decode(photo))), card.input_size)
        change = CHANGES[place % len(CHANGES)]
        batch.append(changes.all_of(small, **change))
        percent = {key: round(100 * value) for key, value in change.items() if key in ("brightness", "cover", "across", "down")}
        words = {**change, **percent, **({"mirror": "yes"} if "mirror" in change else {})}
        links.append("&".join([f"photo={name}", *(f"{key}={value}" for key, value in words.items())]))
    for link, p in zip(links, model.predict(card.preprocess(images.batch(batch)), verbose=0)):
        said, wanted = numbers_apart(follow(page, link)[1]), numbers_apart(labels.sentence(p))
        assert said[0] == wanted[0] and np.allclose(said[1], wanted[1], atol=1), (link, labels.sentence(p))
    assert page.said == []
    page.close()


def test_where_it_came_from_is_lesson_10s_map(chromium, address, lite, photos):
    from helpers import images
    from helpers.networks import explain

    model, card = lite
    page = opened(chromium, address)
    script = """async text => { const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
        return Array.from(course.mapOf(await course.answer(new Blob([bytes])))) }"""
    for photo in photos[::6]:
        small, content = images.resize(photo, card.input_size), io.BytesIO()
        Image.fromarray(small).save(content, "PNG")
        coarse = np.reshape(page.evaluate(script, builder.base64.b64encode(content.getvalue()).decode()), (7, 7))
        cam = explain.grad_cam(model, card.preprocess(images.batch(small)))
        middles = cam[16::32, 16::32] + cam[15::32, 15::32] + cam[15::32, 16::32] + cam[16::32, 15::32]
        assert np.corrcoef(coarse.ravel(), middles.ravel())[0, 1] > 0.99 and coarse.max() == 1
    page.close()


def test_each_task_of_the_guide_opens_what_it_says(chromium, address):
    assert len(TASKS) == 6
    page = opened(chromium, address)
    for link, _, answer in TASKS:
        name = re.search(r"\*\*(.+?)\*\*", answer)[1]
        assert follow(page, link)[2] == name, link
        assert page.locator("#message").inner_text() == ""
        hidden = re.search(r"hide=([\w,]+)", link)[1].split(",")
        for part in hidden:
            assert page.locator(f"#part-{part}, .control[data-name={part}]").is_hidden(), (link, part)
    page.close()


def test_a_link_brings_back_what_was_set_and_says_what_it_does_not_know(chromium, address):
    page = opened(chromium, address, "photo=panda&fit=pad&turn=45&brightness=60")
    assert page.evaluate(SHOWN)[0] == "panda, pad, turn 45, brightness 60"
    page.get_by_role("slider", name="Blur, pixels").press("ArrowRight")
    page.wait_for_function("location.hash.includes('blur=1')")
    again = opened(chromium, address, page.evaluate("location.hash.slice(1)"))
    assert again.evaluate(SHOWN)[0] == "panda, pad, turn 45, brightness 60, blur 1"
    follow(again, "photo=nobody&turn=9999&dance=yes")
    assert "“photo”, “turn”, “dance”" in again.locator("#message").inner_text()
    assert again.evaluate(SHOWN)[0] == "dog, crop"


def test_the_camera_is_followed_kept_and_let_go(chromium, address):
    page = opened(chromium, address)
    page.get_by_role("button", name="Camera", exact=True).click()
    page.wait_for_function("document.getElementById('caption').textContent.startsWith('camera')")
    no_faults(page)
    page.get_by_role("button", name="Keep this picture").click()
    page.wait_for_function("document.getElementById('caption').textContent.startsWith('still')")
    assert page.locator("#camera-view").is_hidden() and page.evaluate("document.getElementById('video').srcObject") is None
    assert page.said == []
    page.close()


def test_a_camera_that_is_refused_is_said_and_files_take_its_place(chromium, address):
    page = browser.opened(chromium, bypass_csp=True)
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))")
    page.goto(address)
    page.get_by_role("button", name="Camera", exact=True).click()
    page.get_by_text("The camera was refused").wait_for()
    assert page.get_by_text("Take a photo").is_visible() and page.locator("#capture").get_attribute("capture") == "environment"
    no_faults(page)
    page.close()


def png(seed):
    pixels = np.random.default_rng(seed).integers(0, 60, (40, 50, 3), dtype="uint8")
    pixels[..., seed % 3] += 150  # so that one class is red and the other green
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return {"name": f"{seed}.png", "mimeType": "image/png", "buffer": content.getvalue()}


def press_to(page, words):
    """Goes on with Tab until the element that has the focus is called so."""
    name = """() => { const e = document.activeElement;
        const said = [e.getAttribute("aria-label"), e.labels?.[0]?.innerText, e.querySelector("img")?.alt, e.innerText];
        return (said.find(Boolean) ?? "").trim() }"""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(name) == words:
            return
    raise AssertionError(f"Tab never came to {words!r}")


def press(page, words, key):
    """Goes on with Tab to what is called so, and presses a key there."""
    press_to(page, words)
    page.keyboard.press(key)


def test_all_of_it_is_done_by_keyboard_alone(chromium, address):
    page = opened(chromium, address)
    press(page, "panda", "Enter")
    page.wait_for_function("document.getElementById('caption').textContent === 'panda, crop'")
    press(page, "Where it came from", "Space")
    page.get_by_text("giant panda: strongest").wait_for()
    press(page, "Turn, degrees", "ArrowRight")
    page.wait_for_function("document.getElementById('caption').textContent === 'panda, crop, turn 5'")
    press(page, "Undo all changes", "Enter")
    press(page, "Open the pipe", "Enter")
    for joint in ("Pixels", "Resized", "Normalized", "The first feature maps, and one number opened"):
        press(page, joint, "Enter")
    press(page, "Feature map 3", "Enter")
    page.wait_for_function("document.activeElement.ariaPressed === 'true'")
    press(page, "Feature map 3 of 32. Choose a place by touch or with the arrow keys.", "ArrowLeft")
    page.get_by_text("Map 3, 55 across, 56 down").wait_for()
    press(page, "Teach it your own classes", "Enter")
    for seeds in ((0, 3), (1, 4)):
        press_to(page, "From files")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files([png(seed) for seed in seeds])
    page.wait_for_function("document.querySelectorAll('.small-pictures canvas').length === 4")
    press(page, "Learn", "Enter")
    page.get_by_text("from one session").wait_for()
    assert page.locator("#own-bars").is_visible()
    press_to(page, "Download the model")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "my_classes.npz"
    press(page, "Hand out a task", "Enter")
    press(page, "The answer", "Space")
    assert page.get_by_label("The link", exact=True).input_value().endswith("#photo=panda&hide=answer")
    no_faults(page)  # with classes of one's own and their answer
    assert page.said == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_width_and_no_light_has_a_serious_accessibility_fault(chromium, address, scheme, width):
    page = opened(chromium, address, "photo=dog&blur=2", color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    browser.screenshot(page, f"one_page_{width}_{scheme}")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    page.locator("#where").click()
    page.locator("#file").set_input_files({"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear network"})
    page.get_by_text("letter.txt is not a picture").wait_for()
    page.locator("#maps [aria-pressed=true]").wait_for()
    page.screenshot(path=browser.SCREENSHOTS / f"one_page_{width}_{scheme}_open.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "something sticks out to the right"
    no_faults(page)
    page.close()
