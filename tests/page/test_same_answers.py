"""The page gives the answers of the lessons: in Chromium, Firefox and WebKit, from a file, with no network."""

import base64
import io
import statistics
import time

import engines
import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow
ASK = """
    const blob = new Blob([Uint8Array.from(atob(values[0]), letter => letter.charCodeAt(0))]);
    const found = [];
    for (const [fit, recipe] of values[1]) {
        const start = performance.now();
        const p = await course.probabilities(blob, {fit, recipe});
        found.push([performance.now() - start, Array.from(p, share => Number(share.toFixed(6)))]);
    }
    return found;"""
BY_EVERY_WAY = 6  # photos that are asked by every normalization; the others by the right one, in every fit


def as_text(content):
    return base64.b64encode(content).decode()


def lossless(photo):
    content = io.BytesIO()
    Image.fromarray(photo).save(content, "PNG", compress_level=1)
    return content.getvalue()


@pytest.fixture(scope="module")
def ways():
    from helpers import images
    from helpers.widgets import changes

    return [[fit, recipe] for fit in images.FITS for recipe in changes.RECIPES]


@pytest.fixture(scope="module")
def by_python(photos, lite, ways):
    """What Keras says: (26, ways, 1000)."""
    from helpers import images
    from helpers.widgets import changes

    model, card = lite
    batches = []
    for photo in photos:
        small = {fit: images.batch(images.resize(photo, card.input_size, fit)) for fit in images.FITS}
        batches += [changes.normalized(small[fit], card.mode, recipe)[0] for fit, recipe in ways]
    return model.predict(np.stack(batches), verbose=0).reshape(len(photos), len(ways), -1)


@pytest.mark.parametrize("engine", engines.MISSING)
def test_every_fit_and_normalization_gives_pythons_answer(engine, address, photos, files, ways, by_python, number):
    if engines.MISSING[engine]:
        pytest.skip(engines.MISSING[engine])
    right = [way for way in ways if way[1] == ways[0][1]]  # the right normalization comes first
    ways_of = [ways if i < BY_EVERY_WAY else right for i in range(len(photos))]
    wanted = np.array([by_python[i, ways.index(way)] for i, some in enumerate(ways_of) for way in some])
    with engines.opened(engine, address) as run:
        ready = run("await course.ready; return performance.now()") / 1000
        assert run("return document.getElementById('sentence').textContent").endswith("for German shepherd alone.")
        asked = [run(ASK, as_text(lossless(photo)), some) for photo, some in zip(photos, ways_of)]
        from_files = [run(ASK, as_text(file.read_bytes()), ways[:1])[0][1] for file in files]
    said = np.array([p for answers in asked for _, p in answers])
    took = statistics.median(milliseconds for answers in asked for milliseconds, _ in answers)
    from_files, straight = np.array(from_files), by_python[:, 0]
    apart = np.abs(from_files.max(axis=1) - straight.max(axis=1)).max()
    number(
        f"the page in {engine}: first answer after {ready:.1f} s, {took:.0f} ms a picture with its fit; most difference of a "
        f"probability from Python's {np.abs(said - wanted).max():.1e} on the same pixels, of the best {apart:.4f} from JPEGs"
    )
    assert np.array_equal(said.argmax(axis=-1), wanted.argmax(axis=-1))
    assert np.abs(said - wanted).max() < 1e-3
    assert np.array_equal(from_files.argmax(axis=1), straight.argmax(axis=1)) and apart < 0.02


def test_what_the_page_offers_to_others_is_the_very_path_of_a_picked_file(address, files):
    if engines.MISSING["chromium"]:
        pytest.skip(engines.MISSING["chromium"])
    dog = as_text(next(file for file in files if file.stem == "dog").read_bytes())
    with engines.opened("chromium", address) as run:
        classify = """const blob = new Blob([Uint8Array.from(atob(values[0]), letter => letter.charCodeAt(0))]);
            return await course.classify(blob, {fit: "crop"})"""
        five = run(classify, dog)
        assert [sorted(guess) for guess in five] == [["name", "probability", "wnid"]] * 5
        assert five[0]["name"] == "German_shepherd" and five[0]["wnid"] == "n02106662"
        put = """const files = new DataTransfer();
            files.items.add(new File([Uint8Array.from(atob(values[0]), letter => letter.charCodeAt(0))], "<b>mine</b>.jpg"));
            document.getElementById("file").files = files.files;
            document.getElementById("file").dispatchEvent(new Event("change"))"""
        run(put, dog)
        shown = (
            "return [document.getElementById('caption').textContent, document.querySelector('#bars td:last-child').textContent]"
        )
        until = time.monotonic() + 60
        while "mine" not in run(shown)[0] and time.monotonic() < until:
            time.sleep(0.1)
        assert run(shown) == ["<b>mine</b>.jpg, crop", f"{100 * five[0]['probability']:.0f} %"]


def test_a_page_with_one_wrong_digit_would_be_noticed(by_python, lite, photos):
    """The bound of 1e-3 means something: pixels one level brighter move a probability further than that."""
    from helpers import images

    model, card = lite
    batch = np.stack([images.resize(photo, card.input_size) for photo in photos]).clip(0, 254) + np.uint8(1)
    said = model.predict(card.preprocess(images.batch(list(batch))), verbose=0)
    assert np.abs(said - by_python[:, 0]).max() > 1e-3
