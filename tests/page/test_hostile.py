"""More than 200 inputs that mean no good: no script runs, nothing goes uncaught, each gets one sentence; the page goes on."""

import importlib.util
import io
import random
import string
import zipfile

import browser
import numpy as np
import pytest
from checkout import DATA

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="Chromium is not on this machine (Debian: apt install chromium)"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright is not installed: .[dev]"),
]
MARKUP = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "'\"><svg onload=alert(1)>",
    "%3Cb%3E",
]
LINKS, FILES, MODELS = 100, 50, 50  # at least: 200 in all
SENTENCE = "() => document.getElementById('message').textContent"


@pytest.fixture(scope="module")
def page(address):
    with browser.chromium() as started:
        page = browser.opened(started)
        page.goto(address)
        page.evaluate("course.ready")
        yield page
        assert page.said == [], page.said
        assert page.locator("img[src='x']").count() == 0 and page.locator("main script, main svg").count() == 0


def plain(sentence):
    return sentence.endswith(".") and "\n" not in sentence and 20 < len(sentence) < 320 and "undefined" not in sentence


def put(page, where, name, content):
    """Puts a file into one of the page's buttons; gives the sentence that comes, or "" where the file is taken."""
    page.evaluate("() => { document.getElementById('message').textContent = '…' }")
    page.locator(where).set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.wait_for_function(
        "where => document.getElementById('message').textContent !== '…' && !document.querySelector(where).value", arg=where
    )
    return page.evaluate(SENTENCE)


def fragments():
    chance = random.Random(0)
    odd = [
        "photo=",
        "turn=",
        "fit=",
        "hide=",
        "__proto__=",
        "constructor=",
        "photo=__proto__&fit=",
        "toString=",
        "mirror=",
        "blur=",
    ]
    yield from (start + words for start in odd for words in MARKUP)
    yield from ("".join(chance.choices(string.printable, k=40)).replace("#", "") + "=1" for _ in range(40))
    yield from (
        "turn=1e9",
        "turn=NaN",
        "blur=-1",
        "noise=99999",
        "cover=0x10",
        "&".join(["a=b"] * 2000),
        "x=" + "y" * 10_000,
        "hide=dance",
    )
    yield from ("photo=dog&photo=nobody", "brightness=", "=", "a", "fit=CROP", "recipe=none")


def test_a_link_with_anything_in_it(page):
    links = list(fragments())
    assert len(links) >= LINKS
    for link in links:
        page.evaluate("link => { location.hash = ''; location.hash = link }", link)
        page.wait_for_function("() => document.getElementById('message').textContent !== ''")
        assert plain(page.evaluate(SENTENCE)), (link[:80], page.evaluate(SENTENCE))
    page.evaluate("() => { location.hash = 'photo=panda' }")
    page.wait_for_function("() => document.getElementById('caption').textContent === 'panda, crop'")
    page.evaluate("() => { history.replaceState(null, '', '#') }")


def broken_pictures():
    jpeg = (DATA / "images" / "coffee.jpg").read_bytes()
    chance = np.random.default_rng(0)
    for name in MARKUP:
        yield f"{name}.jpg".replace("/", "_"), b"no picture"
    for length in (0, 1, 2, 10, 20, 100):
        yield f"cut {length}.jpg", jpeg[:length]
    starts = [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"BM",
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x18ftypheic",
        b"II*\0",
        b"%PDF-1.7",
        b"PK\3\4",
    ]
    for start in starts:
        for size in (0, 50, 5000, 200_000):
            yield f"start {start[:4]!r} {size}".replace("\\", "").replace("/", ""), start + chance.bytes(size)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield "drawing.svg", svg
    yield "page.html", b"<script>alert(1)</script>"
    yield "n" * 200 + ".jpg", b"long name"
    yield "right \u202e to left.jpg", b"turned"
    yield "huge.png", huge_png(20_000, 20_000)
    yield "wide.png", huge_png(2**31 - 1, 1)


def huge_png(width, height):
    """The beginning of a picture that claims to be very large."""
    import struct
    import zlib

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min(height * (width // 8 + 2), 2**25))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_file_that_is_no_picture(page):
    files = list(broken_pictures())
    assert len(files) >= FILES
    for name, content in files:
        said = put(page, "#file", name, content)
        assert plain(said), (name[:60], said)
    before = page.locator("#photos button").count()
    assert put(page, "#file", "<b>coffee</b>.jpg", (DATA / "images" / "coffee.jpg").read_bytes()) == ""
    page.wait_for_function("() => document.getElementById('caption').textContent === '<b>coffee</b>.jpg, crop'")
    assert page.locator("#photos button").count() == before + 1


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model as transfer.save writes it: a dict from name to array."""
    from helpers import transfer

    features = np.random.default_rng(0).random((4, 1280), dtype="float32")
    head = transfer.head(features, np.array([0, 1, 0, 1]), epochs=1)
    file = transfer.save(
        transfer.join("EfficientNet-Lite0", head), ["mug", "glass"], tmp_path_factory.mktemp("saved") / "right"
    )
    with np.load(file) as values:
        return {name: values[name] for name in values.files}


def packed(values, pickle=False):
    content = io.BytesIO()
    np.savez(content, allow_pickle=pickle, **values)  # not compressed, which would take longer than all the rest
    return content.getvalue()


def wrong_models(saved):
    small = {name: value for name, value in saved.items() if name.startswith("about/")}
    kernel = next(name for name, value in saved.items() if value.shape == (1280, 2))
    for name in list(saved)[::16]:
        yield "missing", packed({key: value for key, value in saved.items() if key != name})
    for change in (
        lambda v: v[..., :-1],
        lambda v: v.T,
        lambda v: v * np.nan,
        lambda v: v.astype("int64"),
        lambda v: v.astype("float16"),
    ):
        yield "kernel", packed({**saved, kernel: change(saved[kernel])})
    for key, value in [
        ("network", "VGG16"),
        ("network", MARKUP[0]),
        ("size", 10**9),
        ("size", -1),
        ("names", np.array([])),
        ("names", "mug"),
    ]:
        yield key, packed({**saved, f"about/{key}": value})
    yield "objects", packed({**small, "0/kernel": np.array([{}, []], dtype=object)}, pickle=True)
    yield "names", packed({**saved, "about/names": np.array(["n"] * 5000)})
    right = packed(small)
    for length in (0, 10, 22, 100, len(right) // 2, len(right) - 1):
        yield "cut", right[:length]
    for place in range(4, len(right), len(right) // 20):
        yield "one byte", right[:place] + bytes([right[place] ^ 255]) + right[place + 1 :]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about/names.npy", b"\0" * 2**29)
    yield "bomb", bomb.getvalue()


def test_a_saved_model_that_is_none(page, saved):
    page.evaluate("document.getElementById('teach').open = true")
    models = list(wrong_models(saved))
    for place, (kind, content) in enumerate(models):
        said = put(page, "#saved", f"{place} {MARKUP[place % 2]}.npz".replace("/", ""), content)
        assert plain(said), (kind, said)
    assert len(models) >= MODELS
    assert page.locator("#own-answer").is_hidden(), "a wrong model answers"
    assert put(page, "#saved", "right.npz", packed({**saved, "about/names": np.array(["<i>mug</i>", "glass"])})) == ""
    page.locator("#own-bars th", has_text="<i>mug</i>").wait_for()
