"""Classes of your own: folders of pictures, folds by author, features and their cache, the head, one model, its file."""

import os
import pathlib
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile

import numpy as np
import pytest
from conftest import DATA, ROOT, plain_sentence

from helpers import images, models, transfer, weights

LITE = "EfficientNet-Lite0"
WORLD = {"dam": 5, "fish": 28, "monument": 22, "solar": 5, "tool": 37, "windmill": 14}


def noise(n=2, size=224, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, size, size, 3), dtype="uint8")


def picture(file, seed=0, **options):
    from PIL import Image

    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (24, 36, 3), dtype="uint8")).save(file, **options)
    return file


def world(folder, **classes):
    """A folder a class, with so many pictures or with pictures of these names."""
    for label, (name, files) in enumerate(classes.items()):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for i, file in enumerate([f"{i}.png" for i in range(files)] if isinstance(files, int) else files):
            picture(folder / name / file, seed=10 * label + i)
    return folder


# ---- Pictures from a folder


@pytest.fixture(scope="module")
def photos():
    return transfer.from_folder(DATA / "small_world")


@pytest.fixture(scope="module")
def authors(photos, rows):
    author = {str(DATA / row["file"]): row["author"] for row in rows}
    return np.array([author[file] for file in photos.files])


def test_the_small_world_is_read_with_its_six_classes_and_counted(capsys):
    found = transfer.from_folder(DATA / "small_world")
    assert capsys.readouterr().out == "111 pictures: dam 5, fish 28, monument 22, solar 5, tool 37, windmill 14.\n"
    assert found.pictures.shape == (111, 224, 224, 3) and found.pictures.dtype == np.uint8
    assert found.names == tuple(WORLD) and np.bincount(found.labels).tolist() == list(WORLD.values())
    assert np.issubdtype(found.labels.dtype, np.integer) and len(set(found.files)) == 111
    for file, label in zip(found.files, found.labels):
        assert pathlib.Path(file).parent.name == found.names[label]


@pytest.mark.parametrize("how", ["crop", "squash", "pad"])
def test_each_picture_is_the_one_of_its_file_made_square_as_asked(tmp_path, how):
    found = transfer.from_folder(world(tmp_path, a=2, b=3), size=18, how=how)
    assert found.pictures.shape == (5, 18, 18, 3) and found.labels.tolist() == [0, 0, 1, 1, 1]
    for file, pixels in zip(found.files, found.pictures):
        assert np.array_equal(pixels, images.resize(images.load(file), 18, how))


def test_the_classes_and_files_come_in_the_order_of_their_names_each_time(tmp_path):
    for name in ("zebra", "ant", "mouse"):
        world(tmp_path, **{name: ["c.png", "a.png", "b.png"]})
    first, second = (transfer.from_folder(str(tmp_path), 8) for _ in range(2))
    assert first.names == ("ant", "mouse", "zebra") and first.files == second.files == tuple(sorted(first.files))
    assert np.array_equal(first.pictures, second.pictures) and np.array_equal(first.labels, second.labels)


def test_two_pictures_of_a_class_are_enough_and_one_is_not(tmp_path, capsys):
    assert transfer.from_folder(world(tmp_path, a=2, b=2), 8).labels.tolist() == [0, 0, 1, 1]
    world(tmp_path, lonely=1)
    assert "lonely" in plain_sentence(transfer.from_folder, tmp_path, 8)
    assert "lonely 1" in capsys.readouterr().out


def test_an_empty_class_is_refused_by_its_name(tmp_path):
    assert "nothing" in plain_sentence(transfer.from_folder, world(tmp_path, a=3, b=3, nothing=0), 8)


@pytest.mark.parametrize("classes", [{}, {"only": 3}], ids=["none", "one"])
def test_fewer_than_two_classes_are_refused(tmp_path, classes):
    picture(tmp_path / "beside.png")
    assert f" {len(classes)} folder" in plain_sentence(transfer.from_folder, world(tmp_path, **classes), 8)


def test_pictures_that_cannot_be_read_are_named_and_left_out(tmp_path, capsys):
    world(tmp_path, a=2, b=2)
    (tmp_path / "a" / "torn.jpg").write_bytes(picture(tmp_path / "whole.jpg").read_bytes()[:300])
    (tmp_path / "b" / "empty.png").write_bytes(b"")
    (tmp_path / "b" / "page.jpg").write_text("<html>", encoding="utf-8")
    (tmp_path / "b" / "folder.gif").mkdir()
    os.symlink("nowhere.png", tmp_path / "b" / "gone.png")
    found = transfer.from_folder(tmp_path, 8)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "4 pictures: a 2, b 2." and found.labels.tolist() == [0, 0, 1, 1]
    assert len(lines) == 5 and all(line.startswith("Left out: ") for line in lines)
    for line, name in zip(lines, ["torn.jpg", "empty.png", "folder.gif", "gone.png", "page.jpg"]):
        assert name in line


def test_a_class_of_which_too_little_can_be_read_is_refused_after_the_reasons(tmp_path, capsys):
    world(tmp_path, a=2, b=1)
    (tmp_path / "b" / "torn.png").write_bytes(b"\x89PNG")
    assert "class b" in plain_sentence(transfer.from_folder, tmp_path, 8)
    assert "Left out: torn.png" in capsys.readouterr().out


def test_files_that_are_no_pictures_and_hidden_folders_are_passed_over(tmp_path, capsys):
    world(tmp_path, a=2, b=2, **{".git": 3, ".ipynb_checkpoints": 1})
    for name in ("notes.txt", "Thumbs.db", ".DS_Store", "picture", "shapes.svg", "a.png.part"):
        (tmp_path / "a" / name).write_bytes(b"x")
        (tmp_path / name).write_bytes(b"x")
    assert transfer.from_folder(tmp_path, 8).names == ("a", "b")
    assert capsys.readouterr().out == "4 pictures: a 2, b 2.\n"


def test_every_kind_of_picture_counts_by_its_suffix_in_either_case(tmp_path):
    kinds = ["1.JPG", "2.jpeg", "3.PNG", "4.Gif", "5.webp", "6.BMP", "7.tif", "8.TIFF", "9.ppm"]
    found = transfer.from_folder(world(tmp_path, a=kinds, b=2), 8)
    assert [pathlib.Path(file).name for file in found.files[:9]] == kinds


def test_spaces_quotes_accents_and_tags_in_names_come_through(tmp_path, capsys):
    names = ['a "fish"', "it's", "étang à Łódź", "<script>alert(1)<", "100% {x} \\n"]
    files = ["two words.png", "q\"u'o.png", "ñandú.png", "<b>.png"]
    found = transfer.from_folder(world(tmp_path, **dict.fromkeys(names, files)), 8)
    assert sorted(found.names) == sorted(names) and len(found.files) == 20
    assert {unicodedata.normalize("NFC", pathlib.Path(file).name) for file in found.files} == set(files)
    said = capsys.readouterr().out
    assert all(f"{name} 4" in said for name in names)


def test_no_such_folder_or_a_file_in_its_place(tmp_path):
    assert "no such" in plain_sentence(transfer.from_folder, tmp_path / "nowhere")
    assert "not a" in plain_sentence(transfer.from_folder, picture(tmp_path / "file.png"))


AS_NOBODY = """
import os, sys
from helpers import images, transfer
images.load(sys.argv[2])  # so that the readers of pictures are there
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    print(len(transfer.from_folder(sys.argv[1], 8).files), "read")
except OSError as problem:
    print(type(problem).__name__, problem, sep="|")
"""


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="this system has no users to change to")
@pytest.mark.parametrize("closed", ["", "b", "b/2.png"], ids=["the folder", "a class", "a picture"])
def test_what_another_user_closed(closed):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="closed-"))  # pytest's own folders are closed to other users
    world(folder, a=2, b=3)
    for path in (folder, folder / "a", folder / "b"):
        path.chmod(0o755)
    (folder / closed).chmod(0)
    try:
        command = [sys.executable, "-c", AS_NOBODY, str(folder), str(DATA / "images" / "cat.jpg")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    finally:
        (folder / closed).chmod(0o755)
        shutil.rmtree(folder)
    assert done.returncode == 0, done
    *before, last = done.stdout.strip().splitlines()
    if closed.endswith(".png"):
        assert last == "4 read" and "Left out" in before[-1] and closed in before[-1] and "permission denied" in before[-1]
    else:
        kind, _, said = last.partition("|")
        assert kind == "PermissionError" and str(folder / closed) in said and "permission denied" in said
        assert "Errno" not in said and said.endswith(".")


@pytest.mark.parametrize("wrong", [{"size": "224"}, {"size": 0}, {"how": "stretch"}], ids=str)
def test_a_wrong_size_or_way_of_cutting_is_refused_for_what_it_is(tmp_path, wrong):
    said = plain_sentence(transfer.from_folder, world(tmp_path, a=2, b=2), **wrong)
    assert "size" in said or "how" in said


@pytest.mark.parametrize("wrong", [None, 5, "nul\0"], ids=repr)
def test_what_is_no_path_is_refused_plainly(wrong):
    said = plain_sentence(transfer.from_folder, wrong)
    assert "os.PathLike" not in said and "null byte" not in said


# ---- Folds


def test_all_of_one_group_is_in_one_fold_and_every_fold_is_used(photos, authors):
    for n in (2, 3, 5, 10):
        fold = transfer.folds(photos.labels, authors, n=n)
        assert fold.shape == (111,) and np.issubdtype(fold.dtype, np.integer)
        assert set(fold.tolist()) == set(range(n))
        assert all(len(set(fold[authors == author].tolist())) == 1 for author in authors)


@pytest.mark.parametrize("seed", range(8))
def test_each_class_with_five_authors_is_in_each_of_the_five_folds(photos, authors, seed):
    fold = transfer.folds(photos.labels, authors, seed=seed)
    for label in range(6):
        assert len(set(authors[photos.labels == label])) >= 5
        assert set(fold[photos.labels == label].tolist()) == set(range(5)), photos.names[label]
    sizes = np.bincount(fold)
    assert sizes.max() <= 1.5 * sizes.min(), sizes


@pytest.mark.parametrize("seed", range(4))
def test_where_each_picture_is_a_group_of_its_own_the_classes_are_dealt_evenly(seed):
    labels = np.repeat([0, 1, 2, 3], 10)
    fold = transfer.folds(labels, np.arange(40), seed=seed)
    for label in range(4):
        assert np.bincount(fold[labels == label], minlength=5).tolist() == [2] * 5


def test_as_many_folds_as_groups_give_each_group_its_own():
    fold = transfer.folds([0, 0, 1, 1, 0, 1], list("abcabc"), n=3)
    assert sorted(fold[:3].tolist()) == [0, 1, 2] and fold[:3].tolist() == fold[3:].tolist()


def test_the_folds_are_the_same_for_the_same_seed_and_differ_between_seeds(photos, authors):
    dealt = [transfer.folds(photos.labels, authors, seed=seed).tolist() for seed in (0, 0, 1, 2)]
    assert dealt[0] == dealt[1] == transfer.folds(photos.labels.tolist(), authors.tolist()).tolist()
    together = [np.equal.outer(np.array(fold), np.array(fold)) for fold in dealt]  # whatever the folds are called
    assert not np.array_equal(together[1], together[2]) and not np.array_equal(together[2], together[3])


def test_folds_leave_numpys_random_numbers_and_their_arguments_alone():
    labels, groups = np.array([0, 1, 0, 1]), np.array([1, 1, 2, 2])
    np.random.seed(3)
    expected = np.random.random()
    np.random.seed(3)
    transfer.folds(labels, groups, n=2)
    assert np.random.random() == expected
    assert labels.tolist() == [0, 1, 0, 1] and groups.tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize(
    "labels, groups, n",
    [
        ([0, 1, 0], "ab", 2),
        ([[0], [1]], [["a"], ["b"]], 2),
        ([0, 1, 0], "aab", 3),
        ([0, 1, 0], "abc", 1),
        ([0, 1, 0], "abc", 0),
        ([], "", 2),
    ],
    ids=["fewer groups", "columns", "more folds than groups", "one fold", "no fold", "nothing"],
)
def test_what_cannot_be_dealt_is_refused_plainly(labels, groups, n):
    plain_sentence(transfer.folds, labels, [*groups], n)


@pytest.mark.parametrize(
    "labels, groups, n",
    [
        ([0.0, 1.0, 0.0], "abc", 2),
        ([0, -1, 0], "abc", 2),
        (["x", "y", "x"], "abc", 2),
        ([0, 1, 0], "abc", 2.5),
        ([0, 1, 0], "abc", "2"),
    ],
    ids=["float labels", "negative labels", "text labels", "2.5 folds", "folds as text"],
)
def test_labels_folds_and_groups_of_a_wrong_kind_are_refused_plainly(labels, groups, n):
    said = plain_sentence(transfer.folds, labels, [*groups], n)
    for word in ("argument", "cannot be interpreted", "not supported", "ufunc"):
        assert word not in said


def test_pictures_without_an_author_are_one_group():
    fold = transfer.folds([0, 1, 0, 1, 0], ["a", None, "b", None, "a"], n=3)
    assert fold[1] == fold[3] and fold[0] == fold[4] and set(fold.tolist()) == {0, 1, 2}


# ---- Features


@pytest.fixture(scope="module")
def base():
    return models.load(LITE, include_top=False)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of the cache, new for this test."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "features"


@pytest.fixture
def asked(base, monkeypatch):
    """How many pictures each call of the network was given, a list that grows."""
    import keras

    predict, calls = keras.Model.predict_on_batch, []

    def counted(self, x, *arguments, **keywords):
        calls.append(len(x))
        return predict(self, x, *arguments, **keywords)

    monkeypatch.setattr(keras.Model, "predict_on_batch", counted)
    return calls


def left(cache):
    return sorted(file.name for file in cache.parent.rglob("*") if file.is_file() and file.parent.name != "models")


def copy_of(base):
    import keras

    copy = keras.models.clone_model(base)
    copy.set_weights(base.get_weights())
    return copy


@pytest.mark.parametrize("name", [LITE, "VGG16"])
def test_features_are_what_the_network_without_its_top_says(cache, name):
    model, pictures = models.load(name, include_top=False), noise(3)
    found = transfer.features(name, pictures)
    by_hand = model.predict(models.CARDS[name].preprocess(pictures.astype("float32")), verbose=0)
    assert found.shape == (3, 1280) and found.dtype == np.float32 and found.std() > 0.01
    assert np.abs(found - by_hand).max() < 1e-5
    assert np.array_equal(transfer.features(model, pictures), found)


def test_a_list_of_pictures_and_bigger_pictures_are_cropped_to_the_network(cache, base, photos):
    large = [images.load("cat.jpg"), images.load("dog.jpg"), noise(1, 100)[0]]
    cropped = np.stack([images.resize(photo, 224, "crop") for photo in large])
    assert np.array_equal(transfer.features(base, large), transfer.features(base, cropped))
    assert np.abs(transfer.features(base, photos.pictures[:2]) - transfer.features(base, list(photos.pictures[:2]))).max() == 0


def test_the_second_time_features_come_from_the_disk(cache, base, asked):
    first = transfer.features(base, noise())
    assert asked == [2] and len(left(cache)) == 1
    before = (cache / left(cache)[0]).stat().st_mtime_ns
    second = transfer.features(LITE, [*noise()])
    assert asked == [2] and np.array_equal(first, second) and second.dtype == np.float32
    assert (cache / left(cache)[0]).stat().st_mtime_ns == before
    assert left(cache) == [file.name for file in cache.glob("*.npy")]


def test_another_picture_order_or_network_is_another_file(cache, base, asked):
    pictures, files = noise(), []
    transfer.features(base, pictures)
    files.append(set(left(cache)))
    pixel, shifted = pictures.copy(), copy_of(base)
    pixel[1, 201, 101, 2] ^= 1
    values = shifted.get_weights()
    values[-1].flat[7] += 0.001  # one number of the last layer
    shifted.set_weights(values)
    stand_in = models.load("VGG16", include_top=False)
    for model, changed in [
        (base, pixel),
        (base, pictures[::-1]),
        (base, pictures[:1]),
        (shifted, pictures),
        (stand_in, pictures),
    ]:
        transfer.features(model, changed)
        files.append(set(left(cache)))
    assert [len(found) for found in files] == [1, 2, 3, 4, 5, 6] and asked == [2, 2, 2, 1, 2, 2]
    transfer.features(copy_of(base), pictures.copy())
    assert len(left(cache)) == 6 and len(asked) == 6


def as_npz(good, file):
    with open(file, "wb") as target:
        np.savez(target, good)


def header(good, file):
    content = file.read_bytes()
    file.write_bytes(content.replace(b"}", b"(", 1))  # Python's tokenizer finds no end


DAMAGE = {
    "one wrong byte in its header": header,
    "several arrays": as_npz,
    "cut short": lambda good, file: file.write_bytes(file.read_bytes()[:5000]),
    "cut in its header": lambda good, file: file.write_bytes(file.read_bytes()[:60]),
    "empty": lambda good, file: file.write_bytes(b""),
    "zeros": lambda good, file: file.write_bytes(bytes(len(file.read_bytes()))),
    "text": lambda good, file: file.write_text("<html>", encoding="utf-8"),
    "fewer rows": lambda good, file: np.save(file, good[:1]),
    "fewer channels": lambda good, file: np.save(file, good[:, :1000]),
    "one number": lambda good, file: np.save(file, good[0, 0]),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_in_the_cache_is_computed_again_and_mended(cache, base, asked, damage):
    good = transfer.features(base, noise())
    file = cache / left(cache)[0]
    whole = file.read_bytes()
    damage(good, file)
    assert file.read_bytes() != whole
    assert np.array_equal(transfer.features(base, noise()), good) and asked == [2, 2]
    assert file.read_bytes() == whole and left(cache) == [file.name]


class Marks:
    """Leaves a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return pathlib.Path.touch, (self.path,)


@pytest.mark.parametrize("way", ["array", "plain"])
def test_a_pickle_in_the_cache_is_not_run(cache, base, tmp_path, way):
    good = transfer.features(base, noise())
    file, mark = cache / left(cache)[0], tmp_path / "mark"
    if way == "array":
        np.save(file, np.array([Marks(mark)], dtype=object), allow_pickle=True)
    else:
        file.write_bytes(pickle.dumps(Marks(mark)))
    assert np.array_equal(transfer.features(base, noise()), good) and not mark.exists()
    np.load(file, allow_pickle=False)


@pytest.mark.parametrize("size, options", [("64k", ["ro"]), ("8k", [])], ids=["read-only", "full"])
def test_a_disk_that_takes_nothing_does_not_stop_it(base, small_disk, monkeypatch, asked, size, options):
    disk = small_disk(size, *options)
    monkeypatch.setenv("KERAS_HOME", str(disk))
    first, second = (transfer.features(base, noise()) for _ in range(2))
    assert np.array_equal(first, second) and asked == [2, 2]
    assert [file for file in disk.rglob("*") if file.is_file()] == []


def test_a_file_in_the_place_of_the_cache_or_a_folder_in_that_of_its_file_does_not_stop_it(cache, base, asked):
    cache.parent.mkdir()
    cache.write_bytes(b"mine")
    good = transfer.features(base, noise())
    assert cache.read_bytes() == b"mine"
    cache.unlink()
    transfer.features(base, noise())
    file = cache / left(cache)[0]
    file.unlink()
    (file / "deeper").mkdir(parents=True)
    assert np.array_equal(transfer.features(base, noise()), good) and left(cache) == [] and asked == [2, 2, 2]


def test_what_stops_half_way_through_writing_leaves_nothing(cache, base, monkeypatch):
    def half(target, values, **_):
        target.write(b"\x93NUMPY")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", half)
    assert transfer.features(base, noise()).shape == (2, 1280) and left(cache) == []


def test_who_stops_it_half_way_through_writing_finds_nothing_left(cache, base, monkeypatch):
    def half(target, values, **_):
        target.write(b"\x93NUMPY")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "save", half)
    with pytest.raises(KeyboardInterrupt):
        transfer.features(base, noise())
    assert left(cache) == []


AT_ONCE = """
import pathlib, sys, time
import numpy as np
from helpers import images, transfer

class Network:  # all that `features` asks of one, and much to write: no Keras is needed
    name, input_shape, output_shape = "VGG16", (None, 8, 8, 3), (None, 3_000_000)

    def get_weights(self):
        return [np.ones(3, "float32")]

    def predict_on_batch(self, batch):
        pathlib.Path(sys.argv[1], sys.argv[2]).touch()
        deadline = time.monotonic() + 30
        while len(list(pathlib.Path(sys.argv[1]).iterdir())) < 2 and time.monotonic() < deadline:
            time.sleep(0.0005)
        return np.arange(6_000_000, dtype="float32").reshape(2, -1)

for _ in range(2):
    found = transfer.features(Network(), np.zeros((2, 8, 8, 3), "uint8"))
    print(found.shape == (2, 3_000_000) and bool((found.ravel() == np.arange(6_000_000)).all()))
"""


def test_two_processes_that_write_at_once_both_get_it_right_and_leave_one_whole_file(cache, tmp_path):
    (tmp_path / "ready").mkdir()
    command = [sys.executable, "-c", AT_ONCE, str(tmp_path / "ready")]
    both = [
        subprocess.Popen([*command, name], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for name in "ab"
    ]
    said = [process.communicate(timeout=60) for process in both]
    assert [out for out, _ in said] == ["True\nTrue\n"] * 2, said
    assert len(left(cache)) == 1 and left(cache)[0].endswith(".npy")
    kept = np.load(cache / left(cache)[0], allow_pickle=False)
    assert np.array_equal(kept.ravel(), np.arange(6_000_000, dtype="float32"))


@pytest.mark.parametrize(
    "pictures",
    [noise()[:0], [], noise(1)[0], noise().astype("float32"), ["cat.jpg"]],
    ids=["none", "an empty list", "one picture", "float", "paths"],
)
def test_what_are_no_pictures_is_refused_plainly(cache, base, pictures):
    plain_sentence(transfer.features, base, pictures)
    assert left(cache) == []


def test_what_is_no_network_without_its_top_is_refused_plainly(cache, base):
    assert "Lite0" in plain_sentence(transfer.features, "EfficientNet-Lite00", noise())
    for wrong in (None, 5, models.load(LITE), transfer.head(np.eye(4), [0, 1, 0, 1], epochs=1)):
        plain_sentence(transfer.features, wrong, noise())


def test_pictures_that_are_none_are_refused_plainly(cache, base):
    assert "iterable" not in plain_sentence(transfer.features, base, None)


# ---- The head


def toy(seed=0, n=30, classes=3, channels=6, away=3.0):
    random = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    return (random.normal(size=(n, channels)) + away * np.eye(classes, channels)[labels]).astype("float32"), labels


def test_a_head_gives_probabilities_from_one_layer():
    values, labels = toy()
    head = transfer.head(values, labels)
    p = head.predict(values, verbose=0)
    assert p.shape == (30, 3) and np.abs(p.sum(axis=1) - 1).max() < 1e-6 and p.min() >= 0
    kernel, bias = head.get_weights()
    logits = values @ kernel + bias
    by_hand = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert len(head.layers) == 1 and np.abs(p - by_hand).max() < 1e-6


def test_a_head_learns_what_lies_apart():
    values, labels = toy(n=120)
    right = transfer.head(values, labels).predict(toy(seed=1, n=120)[0], verbose=0).argmax(axis=1) == labels
    assert right.mean() > 0.93


def test_the_same_head_comes_out_each_time_whatever_the_seed():
    models.start()
    import keras

    found = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        found.append(transfer.head(*toy(n=70)).get_weights())
    assert all(np.abs(first - second).max() < 1e-6 for first, second in zip(*found))


def test_more_epochs_fit_better():
    values, labels = toy()
    sure = [transfer.head(values, labels, epochs=n).predict(values, verbose=0)[np.arange(30), labels].mean() for n in (1, 30)]
    assert sure[0] < sure[1]


def test_weights_that_balance_have_the_mean_1_and_the_same_sum_for_each_class(photos):
    for labels in (photos.labels, [0, 5, 5, 5], [1], np.array([2, 2, 0], "uint8")):
        weight, labels = transfer.balance(labels), np.asarray(labels)
        assert weight.shape == labels.shape and abs(weight.mean() - 1) < 1e-12
        sums = [weight[labels == label].sum() for label in set(labels.tolist())]
        assert np.ptp(sums) < 1e-9
        assert all(np.ptp(weight[labels == label]) == 0 for label in set(labels.tolist()))


def test_a_rare_class_weighs_as_much_as_a_common_one():
    """Features that say nothing: only the counts could speak, 28 against 4."""
    p = transfer.head(np.zeros((32, 3)), [0] * 28 + [1] * 4).predict(np.zeros((1, 3)), verbose=0)[0]
    assert np.abs(p - 0.5).max() < 1e-4


def test_classes_that_the_labels_do_not_show_have_an_output():
    values, labels = toy()
    p = transfer.head(values, labels, classes=5).predict(values, verbose=0)
    assert p.shape == (30, 5) and p[:, 3:].max() < p[np.arange(30), labels].min()


def test_a_head_takes_lists_and_other_kinds_of_whole_numbers_and_leaves_them_alone():
    values, labels = toy()
    before = values.copy(), labels.copy()
    expected = transfer.head(values, labels, epochs=2).get_weights()
    for given in (labels.tolist(), labels.astype("uint8"), labels.astype("int32")):
        found = transfer.head(values.astype("float64"), given, epochs=2).get_weights()
        assert all(np.abs(first - second).max() < 1e-6 for first, second in zip(found, expected))
    assert np.array_equal(values, before[0]) and np.array_equal(labels, before[1])


FOUR = np.eye(4, dtype="float32")


@pytest.mark.parametrize(
    "values, labels",
    [
        (FOUR, [0, 1, 0]),
        (FOUR[0], [0, 1, 0, 1]),
        (FOUR, [[0], [1], [0], [1]]),
        (FOUR, [0.0, 1.0, 0.0, 1.0]),
        (FOUR, [0, 1, -1, 1]),
        (FOUR, [True, False, True, False]),
    ],
    ids=["fewer labels", "one row", "columns", "float labels", "negative labels", "truth"],
)
def test_features_and_labels_that_do_not_fit_are_refused_plainly(values, labels):
    plain_sentence(transfer.head, values, labels)


@pytest.mark.parametrize("labels", [["a", "b", "a", "b"], None], ids=["text", "none"])
def test_labels_that_are_no_numbers_are_refused_plainly(labels):
    plain_sentence(transfer.head, FOUR, labels)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_features_that_are_no_numbers_are_refused_plainly(wrong):
    plain_sentence(transfer.head, np.where(FOUR == 1, wrong, FOUR), [0, 1, 0, 1], epochs=1)


@pytest.mark.parametrize(
    "values, labels", [(FOUR[:0], FOUR[:0, 0].astype(int)), (FOUR[:, :0], [0, 1, 0, 1])], ids=["rows", "channels"]
)
def test_no_features_at_all_are_refused_before_the_fit(values, labels, monkeypatch):
    models.start()
    import keras

    def fit(*_, **__):
        raise AssertionError("it went on to the fit")

    monkeypatch.setattr(keras.Model, "fit", fit)
    assert "zero-size" not in plain_sentence(transfer.head, values, labels)


@pytest.mark.parametrize("values", [np.full((4, 4), "a"), [[1, 2], [3], [4], [5]]], ids=["text", "ragged"])
def test_features_that_are_no_array_of_numbers_are_refused_plainly(values):
    said = plain_sentence(transfer.head, values, [0, 1, 0, 1], epochs=1)
    assert "dtype" not in said and "inhomogeneous" not in said


@pytest.mark.parametrize("classes", [1, 0, -1, 2.5, "2"], ids=repr)
def test_a_wrong_number_of_classes_is_refused_plainly(classes):
    assert "units" not in plain_sentence(transfer.head, FOUR, [0, 1, 0, 1], classes=classes, epochs=1)


def test_one_class_alone_is_refused_plainly():
    plain_sentence(transfer.head, FOUR, [0, 0, 0, 0], epochs=1)


# ---- The head on the small world, against another's


def accuracy(train, values, labels, fold):
    """The share of right answers, each picture answered by a head that saw nothing of its fold."""
    right = [train(values[fold != k], labels[fold != k], values[fold == k]) == labels[fold == k] for k in range(5)]
    return np.concatenate(right).mean()


def ours(values, labels, unseen):
    return transfer.head(values, labels, classes=6).predict(unseen, verbose=0).argmax(axis=1)


@pytest.fixture(scope="module")
def seen(photos):
    """The features of the small world, float32, (111, 1280)."""
    return transfer.features(LITE, photos.pictures)


@pytest.mark.slow
def test_the_head_is_as_good_as_scikit_learns_logistic_regression(photos, authors, seen, number):
    linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn, of the extra [dev], is not installed")

    def theirs(values, labels, unseen):
        return linear_model.LogisticRegression(class_weight="balanced", max_iter=2000).fit(values, labels).predict(unseen)

    fold = transfer.folds(photos.labels, authors)
    mine, other = (accuracy(train, seen, photos.labels, fold) for train in (ours, theirs))
    number(f"small world, five folds by author: transfer.head {mine:.1%}, LogisticRegression {other:.1%}")
    assert abs(mine - other) <= 0.04


@pytest.mark.slow
def test_the_head_is_right_on_94_of_100_unseen_photos(photos, authors, seen, number):
    found = [accuracy(ours, seen, photos.labels, transfer.folds(photos.labels, authors, seed=seed)) for seed in range(8)]
    number(
        f"small world, eight splits of five folds: transfer.head {np.mean(found):.1%} right, "
        f"{min(found):.1%} to {max(found):.1%}, standard deviation {np.std(found, ddof=1):.1%}"
    )
    assert np.mean(found) >= 0.94


# ---- One model


def any_head(channels, classes=3, seed=0, scale=0.5):
    """A head with random values, without training."""
    head = transfer.head(np.zeros((classes, channels), "float32"), np.arange(classes), epochs=1)
    random = np.random.default_rng(seed)
    head.set_weights([random.normal(size=(channels, classes)) * scale, random.normal(size=classes)])
    return head


def check_joined(name, base, cache):
    import keras

    size = base.input_shape[1]
    pictures = np.stack([images.resize(images.load(file), size) for file in ("cat.jpg", "dog.jpg", "coffee.jpg")])
    values = transfer.features(base, pictures)
    head = any_head(values.shape[1], scale=0.1 / values.std(axis=0).max())
    head.set_weights([head.get_weights()[0], -values.mean(axis=0) @ head.get_weights()[0]])  # about as much for each class
    expected = head.predict(values, verbose=0)
    assert expected.std(axis=0).max() > 1e-3  # they differ from picture to picture
    before = base.get_weights()
    joined = transfer.join(name, head)
    assert joined.input_shape == (None, size, size, 3) and joined.output_shape == (None, 3)
    assert np.abs(joined.predict(pictures.astype("float32"), verbose=0) - expected).max() < 1e-5
    assert not any(isinstance(layer, keras.Model) for layer in joined.layers)
    for variable in joined.weights:
        variable.assign(variable * 0 + 0.5)
    assert all(np.array_equal(now, then) for now, then in zip(base.get_weights(), before))
    assert np.array_equal(head.predict(values, verbose=0), expected)


@pytest.mark.parametrize("name", [LITE, "VGG16", "ResNet50", "InceptionV3"])
def test_the_joined_model_says_of_plain_pixels_what_the_head_says_of_features(cache, name):
    base = models.load(name, include_top=False)
    assert models.is_stand_in(base) == (name != LITE)
    check_joined(name, base, cache)
    assert models.load(name, include_top=False) is base


REAL = [
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("VGG16", "VGG19", "ResNet50")),
    "InceptionV3",  # whose layers Keras counts on, from network to network: conv2d_94
]


def real(name):
    """The real network without its top, twice made, with random values: the trained ones are not at hand."""
    models.start()
    import keras

    keras.utils.set_random_seed(5)
    card = models.CARDS[name]
    card.builder(card, False)
    return card.builder(card, False)


@pytest.mark.parametrize("name", REAL)
def test_the_big_networks_themselves_can_be_joined(cache, name):
    base = real(name)
    check_joined(base, base, cache)


@pytest.mark.parametrize("name", REAL)
def test_the_big_networks_themselves_can_be_saved_and_loaded(tmp_path, name):
    base = real(name)
    joined = transfer.join(base, any_head(base.output_shape[1], scale=0.02))
    model, _ = transfer.load(transfer.save(joined, list("abc"), tmp_path / "model"))
    pictures = noise(2, base.input_shape[1]).astype("float32")
    assert np.abs(model.predict(pictures, verbose=0) - joined.predict(pictures, verbose=0)).max() < 1e-6


def test_a_head_of_another_network_is_refused_plainly(base):
    said = plain_sentence(transfer.join, base, any_head(512))
    assert "512" in said and "1280" in said and LITE in said


def test_a_base_that_is_none_is_refused_plainly():
    for wrong in (None, "VGG-16", models.load(LITE)):
        plain_sentence(transfer.join, wrong, any_head(1280))


@pytest.mark.parametrize("wrong", [None, "head", models.CARDS[LITE], "a network"], ids=["None", "text", "a card", "a network"])
def test_what_is_no_head_is_refused_plainly(base, wrong):
    assert "unpack" not in plain_sentence(transfer.join, base, models.load(LITE) if wrong == "a network" else wrong)


# ---- The file


NAMES = ("étang", "a \"b\" 'c'", "<script>", "雪 ☃", "two words ")


@pytest.fixture(scope="module")
def joined(base):
    return transfer.join(base, any_head(1280, classes=5))


@pytest.fixture(scope="module")
def file(joined, tmp_path_factory):
    return transfer.save(joined, NAMES, tmp_path_factory.mktemp("saved") / "my model.npz")


def said_of(model):
    return model.predict(noise(3).astype("float32"), verbose=0)


def test_a_model_and_its_names_come_back_from_the_file(file, joined):
    model, names = transfer.load(str(file))
    assert names == NAMES and isinstance(names, tuple) and all(type(name) is str for name in names)
    assert model.input_shape == joined.input_shape and np.abs(said_of(model) - said_of(joined)).max() < 1e-6
    assert file.name == "my model.npz" and [other.name for other in file.parent.iterdir()] == [file.name]


def test_the_file_holds_arrays_and_no_pickle(file):
    with np.load(file, allow_pickle=False) as values:
        kinds = {values[name].dtype.kind for name in values.files}
    assert kinds <= set("fiU") and zipfile.is_zipfile(file) and file.suffix == ".npz"


IN_A_FRESH_PROCESS = """
import sys
import numpy as np
from helpers import transfer
model, names = transfer.load(sys.argv[1])
np.savez(sys.argv[2], p=model.predict(np.load(sys.argv[3]), verbose=0), names=np.array(names))
"""


def test_a_fresh_process_gets_the_same_answers_from_the_file(file, joined, tmp_path):
    np.save(tmp_path / "x.npy", noise(3).astype("float32"))
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS, str(file), str(tmp_path / "said.npz"), str(tmp_path / "x.npy")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(tmp_path / "said.npz") as said:
        assert tuple(said["names"].tolist()) == NAMES and np.abs(said["p"] - said_of(joined)).max() < 1e-6


def test_a_stand_in_is_saved_as_the_network_that_it_is_with_its_input_size(tmp_path, cache):
    base = models.load("InceptionV3", include_top=False)
    joined = transfer.join(base, any_head(1280))
    model, _ = transfer.load(transfer.save(joined, list("abc"), tmp_path / "model"))
    assert "Lite2" in model.name and "Inception" not in model.name and model.input_shape == (None, 299, 299, 3)
    pictures = noise(2, 299).astype("float32")
    assert np.abs(model.predict(pictures, verbose=0) - joined.predict(pictures, verbose=0)).max() < 1e-6


def test_the_file_has_the_suffix_npz_whether_given_or_not(joined, tmp_path):
    for given in (tmp_path / "model", str(tmp_path / "model.npz")):
        assert transfer.save(joined, NAMES, given) == tmp_path / "model.npz"
    assert [found.name for found in tmp_path.iterdir()] == ["model.npz"]


def test_a_dot_in_the_name_stays(joined, tmp_path):
    (tmp_path / "photos.npz").write_bytes(b"mine")
    found = transfer.save(joined, NAMES, tmp_path / "photos.2024")
    assert (tmp_path / "photos.npz").read_bytes() == b"mine" and "2024" in found.name


def test_another_file_of_a_similar_name_stays(joined, tmp_path):
    (tmp_path / "model.part").write_bytes(b"mine")
    transfer.save(joined, NAMES, tmp_path / "model")
    assert (tmp_path / "model.part").read_bytes() == b"mine"


def test_two_who_save_at_once_both_succeed(joined, tmp_path, monkeypatch):
    savez, order = np.savez, []

    def while_another_saves(*arguments, **values):
        savez(*arguments, **values)
        if not order:
            order.append("the other")
            transfer.save(joined, NAMES, tmp_path / "model")

    monkeypatch.setattr(np, "savez", while_another_saves)
    transfer.save(joined, NAMES, tmp_path / "model")
    assert transfer.load(tmp_path / "model.npz")[1] == NAMES and len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_not_there_is_refused_plainly_and_not_made(joined, tmp_path):
    said = plain_sentence(transfer.save, joined, NAMES, tmp_path / "nowhere" / "model")
    assert "nowhere" in said and "no such" in said and list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file_is_refused_plainly(joined, tmp_path):
    (tmp_path / "model.npz").mkdir()
    plain_sentence(transfer.save, joined, NAMES, tmp_path / "model.npz")
    assert [found.name for found in tmp_path.iterdir()] == ["model.npz"]


def test_a_full_disk_is_refused_plainly_and_keeps_no_part(joined, small_disk):
    disk = small_disk("4m")
    said = plain_sentence(transfer.save, joined, NAMES, disk / "model")
    assert "no space" in said and list(disk.iterdir()) == []


def test_the_file_that_was_there_survives_a_save_that_fails(joined, small_disk):
    disk = small_disk("20m")  # room for one and not for two
    path = transfer.save(joined, NAMES, disk / "model")
    before = path.read_bytes()
    plain_sentence(transfer.save, joined, NAMES[::-1], path)
    assert path.read_bytes() == before and list(disk.iterdir()) == [path]


def test_who_stops_a_save_half_way_finds_nothing_left_and_the_old_file_whole(joined, tmp_path, monkeypatch):
    path = transfer.save(joined, NAMES, tmp_path / "model")
    before = path.read_bytes()

    def half(target, **_):
        target.write(b"PK")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(KeyboardInterrupt):
        transfer.save(joined, NAMES, path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_a_model_that_is_not_joined_or_names_that_do_not_fit_are_refused_plainly(joined, base, tmp_path):
    for model, names in [
        (joined, NAMES[:4]),
        (joined, [*NAMES, "more"]),
        (joined, []),
        (base, NAMES),
        (models.load(LITE), NAMES),
    ]:
        plain_sentence(transfer.save, model, names, tmp_path / "model")
    plain_sentence(transfer.save, any_head(1280, classes=5), NAMES, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_not_all_text_are_refused_before_they_are_written(joined, tmp_path):
    plain_sentence(transfer.save, joined, ["a", "b", None, {"c": 1}, 5], tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change", [{"model": None}, {"names": 5}, {"path": None}, {"path": ""}, {"path": "nul\0"}], ids=lambda change: repr(change)
)
def test_what_cannot_be_saved_is_refused_plainly(joined, tmp_path, monkeypatch, change):
    monkeypatch.chdir(tmp_path)
    said = plain_sentence(transfer.save, **{"model": joined, "names": NAMES, "path": tmp_path / "model", **change})
    for word in ("os.PathLike", "PosixPath", "null byte", "len()"):
        assert word not in said


def rewritten(file, target, **changes):
    """The file once more, with other arrays; those that are None are left out."""
    with np.load(file) as values:
        all_of_them = {**values, **{f"about/{name}": value for name, value in changes.items()}}
    np.savez(target, **{name: value for name, value in all_of_them.items() if value is not None})
    return target


def test_a_file_that_is_not_there_is_refused_plainly(tmp_path):
    said = plain_sentence(transfer.load, tmp_path / "nowhere.npz")
    assert "nowhere.npz" in said and "no file" in said


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file, bad: bad.write_text("hello", encoding="utf-8"),
        lambda file, bad: bad.write_bytes(b""),
        lambda file, bad: bad.write_bytes(pickle.dumps([1, 2])),
        lambda file, bad: shutil.copy(DATA / "networks" / "efficientnet_lite0.npz", bad),
        lambda file, bad: bad.mkdir(),
        lambda file, bad: rewritten(file, bad, network=np.array("AlexNet")),
        lambda file, bad: rewritten(file, bad, network=None),
        lambda file, bad: rewritten(file, bad, size=np.array("large")),
        lambda file, bad: rewritten(file, bad, names=np.array(["one", "too", "few"])),
        lambda file, bad: rewritten(file, bad, names=np.array([], dtype=str)),
        lambda file, bad: rewritten(file, bad, network=np.array("EfficientNet-Lite1")),
    ],
    ids="text,empty,pickle,another npz,folder,no card,no network,no size,few names,no names,another network".split(","),
)
def test_a_file_that_save_did_not_write_is_refused_plainly(file, tmp_path, spoil):
    spoil(file, tmp_path / "bad.npz")
    assert "bad.npz" in plain_sentence(transfer.load, tmp_path / "bad.npz")


@pytest.mark.parametrize("share", [0.0001, 0.5, 0.9999])
def test_a_file_that_was_cut_off_is_refused_plainly(file, tmp_path, share):
    content = file.read_bytes()
    (tmp_path / "bad.npz").write_bytes(content[: int(share * len(content))])
    assert "bad.npz" in plain_sentence(transfer.load, tmp_path / "bad.npz")


def test_a_file_with_a_wrong_byte_is_refused_plainly(file, tmp_path):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    (tmp_path / "bad.npz").write_bytes(content)
    assert "bad.npz" in plain_sentence(transfer.load, tmp_path / "bad.npz")


@pytest.mark.parametrize("wrong", ["npy", "names", "size"])
def test_a_file_with_arrays_of_another_shape_is_refused_plainly(file, tmp_path, wrong):
    bad = tmp_path / "bad.npz"
    if wrong == "npy":
        with open(bad, "wb") as target:
            np.save(target, np.zeros(3))
    else:
        rewritten(file, bad, **{wrong: np.array("x") if wrong == "names" else np.array([224, 224])})
    assert "bad.npz" in plain_sentence(transfer.load, bad)


@pytest.mark.parametrize("where", ["names", "network"])
def test_a_pickle_in_the_file_is_not_run(file, tmp_path, where):
    mark = tmp_path / "mark"
    bad = rewritten(file, tmp_path / "bad.npz", **{where: np.array([Marks(mark)], dtype=object)})
    assert "bad.npz" in plain_sentence(transfer.load, bad) and not mark.exists()


# ---- Fine-tuning


@pytest.fixture(scope="module")
def lesson(base, photos, seen):
    """A joined model that has learned little, and three photos of each class, more than a batch: (model, pictures, labels)."""
    head = transfer.head(seen[::3], photos.labels[::3], classes=6, epochs=2)
    places = np.concatenate([np.flatnonzero(photos.labels == label)[:3] for label in range(6)])
    return transfer.join(base, head), photos.pictures[places], photos.labels[places]


@pytest.fixture(scope="module")
def tuned(lesson):
    """What fine-tuning gave for two convolutions, and the values of the model before it: (copy, losses, values)."""
    before = lesson[0].get_weights()
    return *transfer.fine_tune(*lesson, layers=2, epochs=3), before


def moved(model, copy):
    """The names of the layers whose values differ."""
    pairs = [(layer, copy.get_layer(layer.name)) for layer in model.layers if layer.weights]
    return {
        layer.name
        for layer, other in pairs
        if not all(np.array_equal(a, b) for a, b in zip(layer.get_weights(), other.get_weights()))
    }


def test_fine_tuning_leaves_the_model_that_it_is_given_bit_for_bit(lesson, tuned):
    copy, _, before = tuned
    assert copy is not lesson[0]
    assert all(np.array_equal(now, then) for now, then in zip(lesson[0].get_weights(), before))
    assert {layer.name for layer in lesson[0].layers if not layer.trainable} == {"normalization"}


def test_only_the_last_convolutions_and_the_head_move(lesson, tuned):
    assert moved(lesson[0], tuned[0]) == {"block16_project_conv", "head_conv", "your_classes"}


def test_every_batch_norm_keeps_its_four_values(lesson, tuned):
    norms = [layer for layer in lesson[0].layers if type(layer).__name__ == "BatchNormalization"]
    assert len(norms) == 49
    for layer in norms:
        now = tuned[0].get_layer(layer.name).get_weights()
        assert len(now) == 4 and all(np.array_equal(a, b) for a, b in zip(layer.get_weights(), now)), layer.name


def test_the_loss_falls_and_the_copy_is_surer_of_what_it_saw(lesson, tuned):
    model, pictures, labels = lesson
    copy, losses, _ = tuned
    assert len(losses) == 3 and losses[0] > losses[1] > losses[2]
    sure = [one.predict(pictures.astype("float32"), verbose=0)[np.arange(18), labels].mean() for one in (model, copy)]
    assert sure[1] > sure[0]


def test_the_copy_can_be_saved_and_loaded(lesson, tuned, photos, tmp_path):
    model, names = transfer.load(transfer.save(tuned[0], photos.names, tmp_path / "tuned"))
    assert names == photos.names and moved(tuned[0], model) == set()


def test_the_same_seed_gives_the_same_guesses(lesson, tuned):
    copy, losses, _ = tuned
    again, losses_again = transfer.fine_tune(*lesson, layers=2, epochs=3)
    pictures = lesson[1].astype("float32")
    p, q = (one.predict(pictures, verbose=0) for one in (copy, again))
    assert (p.argmax(axis=1) == q.argmax(axis=1)).all() and np.abs(p - q).max() < 1e-4
    assert np.abs(np.array(losses) - losses_again).max() < 1e-4


@pytest.mark.parametrize("layers, count", [(0, 0), (4, 4)])
def test_as_many_convolutions_move_as_asked(lesson, layers, count):
    model, pictures, labels = lesson
    copy, _ = transfer.fine_tune(model, list(pictures[::3]), labels[::3].tolist(), layers=layers, epochs=1)
    last = ["block16_expand_conv", "block16_depth_conv", "block16_project_conv", "head_conv"]
    assert moved(model, copy) == {*last[4 - count :], "your_classes"}


@pytest.mark.parametrize(
    "change",
    [
        lambda model, pictures, labels: (model, pictures, labels[:3]),
        lambda model, pictures, labels: (model, pictures, labels.astype("float32")),
        lambda model, pictures, labels: (model, pictures, labels - 1),
        lambda model, pictures, labels: (model, pictures / 255, labels),
        lambda model, pictures, labels: (model, pictures[0], labels),
    ],
    ids=["fewer labels", "float labels", "negative labels", "normalized pictures", "one picture"],
)
def test_fine_tuning_refuses_pictures_and_labels_that_do_not_fit(lesson, change):
    plain_sentence(transfer.fine_tune, *change(*lesson), epochs=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda model, pictures, labels: (model, pictures[:, :100, :100], labels),
        lambda model, pictures, labels: (model, pictures, labels + 1),
        lambda model, pictures, labels: (model, pictures[:0], labels[:0]),
        lambda model, pictures, labels: (None, pictures, labels),
        lambda model, pictures, labels: (LITE, pictures, labels),
        lambda model, pictures, labels: (any_head(1280), pictures, labels),
    ],
    ids=["another size", "a class too many", "no pictures", "no model", "a name", "a head"],
)
def test_fine_tuning_refuses_what_the_model_cannot_take(lesson, change):
    said = plain_sentence(transfer.fine_tune, *change(*lesson), epochs=1)
    assert "zero-size" not in said and "expected shape" not in said


def test_fine_tuning_refuses_a_model_that_is_not_joined(lesson):
    plain_sentence(transfer.fine_tune, models.load(LITE), *lesson[1:], epochs=1)


@pytest.mark.parametrize("wrong", [{"layers": -1}, {"layers": 2.5}, {"epochs": 0}], ids=str)
def test_fine_tuning_refuses_wrong_numbers(lesson, wrong):
    assert "indices" not in plain_sentence(transfer.fine_tune, *lesson, **{"epochs": 1, **wrong})


# ---- What the features once are worth


@pytest.mark.slow
def test_features_once_and_a_head_against_ten_epochs_through_the_whole_network(photos, authors, base, cache, number):
    """The same last layer, trained the same way: on features kept, and behind the frozen network each time anew."""
    import keras

    fold = transfer.folds(photos.labels, authors)
    train, test = fold != 0, fold == 0
    start = time.perf_counter()
    values = transfer.features(base, photos.pictures[train])
    head = transfer.head(values, photos.labels[train])
    once = time.perf_counter() - start
    joined = transfer.join(base, head)
    whole = transfer.join(base, any_head(1280, classes=6, scale=0))
    for layer in whole.layers[:-1]:
        layer.trainable = False
    start = time.perf_counter()
    whole.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    weight, pictures = transfer.balance(photos.labels[train]), photos.pictures[train].astype("float32")
    whole.fit(pictures, photos.labels[train], epochs=10, batch_size=32, sample_weight=weight, verbose=0)
    through = time.perf_counter() - start
    right = [
        int((model.predict(photos.pictures[test].astype("float32"), verbose=0).argmax(axis=1) == photos.labels[test]).sum())
        for model in (joined, whole)
    ]
    number(
        f"small world, one fold: features once and a head {once:.1f} s, ten epochs through the network "
        f"{through:.1f} s: {through / once:.1f} times; right of {test.sum()} photos: {right[0]} and {right[1]}"
    )
    assert abs(right[0] - right[1]) <= 2
    assert through > 2 * once  # far from the 5 and more that it is, so that a busy machine does not fail it


def test_the_cache_lies_beside_keras_own_files(cache, base):
    transfer.features(base, noise(1))
    assert cache == weights.folder().parent / "features" and len(left(cache)) == 1
