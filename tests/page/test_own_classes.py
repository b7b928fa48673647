"""Classes of one's own: a head trained in the page is as good as Python's, and a model goes both ways with the same answers."""

import base64
import csv
import io

import engines
import numpy as np
import pytest
from checkout import DATA
from PIL import Image

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(engines.MISSING["chromium"]), reason=engines.MISSING["chromium"] or "Chromium is here"),
]
FEATURES = """
    const blob = new Blob([Uint8Array.from(atob(values[0]), letter => letter.charCodeAt(0))]);
    window.kept ??= [];
    window.kept.push((await course.answer(blob)).features);"""
TRAIN = """
    const [labels, fold, k, classes] = values;
    const some = wanted => labels.map((_, i) => i).filter(i => (fold[i] === k) === wanted);
    window.layer = course.teach.head(some(false).map(i => kept[i]), some(false).map(i => labels[i]), classes);
    return some(true).map(i => Array.from(course.teach.probabilities(layer, kept[i])));"""
SAVE = """
    const values_ = (await course.teach.load(new Blob([Uint8Array.from(atob(values[1]), l => l.charCodeAt(0))]))).values;
    const saved = await course.teach.save({names: values[0], ...layer, values: values_});
    const bytes = new Uint8Array(await saved.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 30000) text += String.fromCharCode(...bytes.subarray(i, i + 30000));
    return btoa(text);"""
LOAD = """
    const model = await course.teach.load(new Blob([Uint8Array.from(atob(values[0]), l => l.charCodeAt(0))]));
    const answers = [];
    for (const text of values[1]) {
        const blob = new Blob([Uint8Array.from(atob(text), letter => letter.charCodeAt(0))]);
        answers.push(Array.from(course.teach.own(await course.answer(blob), model)));
    }
    return [model.names, model.same, answers];"""


def as_text(path):
    return base64.b64encode(path.read_bytes()).decode()


def lossless(picture):
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PNG", compress_level=1)
    return base64.b64encode(content.getvalue()).decode()


@pytest.fixture(scope="module")
def small_world():
    """The photos of lesson 11, its folds by author, and the features that Python has."""
    from helpers import transfer

    photos = transfer.from_folder(DATA / "small_world")
    with open(DATA / "PROVENANCE.csv", encoding="utf-8", newline="") as file:
        author = {row["file"].rsplit("/", 1)[1]: row["author"] for row in csv.DictReader(file)}
    names = [path.replace("\\", "/").rsplit("/", 1)[1] for path in photos.files]
    fold = transfer.folds(photos.labels, [author[name] for name in names])
    return photos, fold, transfer.features("EfficientNet-Lite0", photos.pictures)


def test_a_head_is_as_good_as_pythons_and_a_model_answers_the_same_on_both_sides(address, small_world, tmp_path, number):
    from helpers import transfer

    photos, fold, features = small_world
    labels, classes = photos.labels, len(photos.names)
    there = saved_by_python(features, labels, photos.names, tmp_path / "python.npz")
    with engines.opened("chromium", address) as run:
        pixels = [lossless(picture) for picture in photos.pictures]  # the same for both: decoders differ by a level or two
        for picture in pixels:
            run(FEATURES, picture)
        right = {"page": 0, "Python": 0}
        for k in range(5):
            said = np.array(run(TRAIN, labels.tolist(), fold.tolist(), k, classes))
            head = transfer.head(features[fold != k], labels[fold != k], classes=classes)
            ours = head.predict(features[fold == k], verbose=0)
            assert np.abs(said - ours).max() < 0.01
            right["page"] += int((said.argmax(axis=1) == labels[fold == k]).sum())
            right["Python"] += int((ours.argmax(axis=1) == labels[fold == k]).sum())
        number(f"of 111 photos by other authors, right: {right['page']} by the page's head, {right['Python']} by Python's")
        assert abs(right["page"] - right["Python"]) <= 2
        held = [pixels[i] for i in np.flatnonzero(fold == 4)]
        file = tmp_path / "page.npz"
        file.write_bytes(base64.b64decode(run(SAVE, list(photos.names), as_text(there))))
        names, same, answers = run(LOAD, as_text(there), held)
    assert tuple(names) == photos.names and same
    pictures = photos.pictures[fold == 4]
    apart = np.abs(np.array(answers) - answers_of(transfer.load(there), pictures)).max()
    model, names = transfer.load(file)
    back = np.abs(said - answers_of((model, names), pictures)).max()
    number(f"a model of one's own: largest difference of a probability {apart:.1e} from Python to the page, {back:.1e} back")
    assert names == photos.names and apart < 1e-3 and back < 1e-3


def saved_by_python(features, labels, names, path):
    from helpers import transfer

    return transfer.save(transfer.join("EfficientNet-Lite0", transfer.head(features, labels)), names, path)


def answers_of(loaded, pictures):
    from helpers import images

    return loaded[0].predict(images.batch(pictures), verbose=0)


def test_a_number_that_is_opened_is_the_networks(address, number):
    with engines.opened("chromium", address) as run:
        script = """await course.ready;
            return values[0].map(([map, row, column]) => {
                const {found, network} = course.openedNumber(map, row, column);
                return [found.number, network, found.products.length];
            });"""
        random = np.random.default_rng(0)
        places = np.stack([random.integers(0, most, 100) for most in (32, 112, 112)], axis=1)
        places[:4] = [[0, 0, 0], [1, 111, 111], [2, 0, 111], [3, 111, 0]]
        numbers = np.array(run(script, places.tolist()))
    apart = np.abs(numbers[:, 0] - numbers[:, 1]).max()
    number(f"a number opened: at most {apart:.1e} from the feature map's at 100 places")
    assert apart < 1e-4 and (numbers[:, 2] == 27).all() and len(set(numbers[:, 1].round(3))) > 30
