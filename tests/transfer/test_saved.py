"""The file of a joined model: whole or not at all, read by every Keras, and nothing in it that runs."""

import pickle
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from checkout import DATA, ROOT
from refused import plain_sentence
from small_worlds import Marks, noise
from tiny_networks import any_head, said

from helpers import models, transfer

LITE = "EfficientNet-Lite0"
NAMES = ("étang", "a \"b\" 'c'", "<script>", "雪 ☃", "two words ")


@pytest.fixture(scope="module")
def joined(base):
    return transfer.join(base, any_head(classes=5))


@pytest.fixture(scope="module")
def file(joined, tmp_path_factory):
    return transfer.save(joined, NAMES, tmp_path_factory.mktemp("saved") / "my model.npz")


def test_a_model_and_its_names_come_back_from_the_file(file, joined):
    model, names = transfer.load(str(file))
    assert names == NAMES and isinstance(names, tuple) and all(type(name) is str for name in names)
    assert model.input_shape == joined.input_shape
    assert np.abs(said(model, noise(3)) - said(joined, noise(3))).max() < 1e-6
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


@pytest.mark.slow  # lesson 11 does the same
def test_a_fresh_process_gets_the_same_answers_from_the_file(tmp_path):
    joined = transfer.join(LITE, any_head(1280, classes=5, scale=0.1))
    file, pictures = transfer.save(joined, NAMES, tmp_path / "model"), noise(3, 224).astype("float32")
    np.save(tmp_path / "x.npy", pictures)
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS, str(file), str(tmp_path / "said.npz"), str(tmp_path / "x.npy")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    with np.load(tmp_path / "said.npz") as there:
        assert tuple(there["names"].tolist()) == NAMES
        assert np.abs(there["p"] - joined.predict(pictures, verbose=0)).max() < 1e-6


@pytest.mark.parametrize(
    "name, stands_in, size", [("Grand", "Tiny", 48), pytest.param("InceptionV3", "Lite2", 299, marks=pytest.mark.slow)]
)
def test_a_stand_in_is_saved_as_the_network_that_it_is_with_its_input_size(tiny, tmp_path, name, stands_in, size):
    base = models.load(name, include_top=False)
    joined = transfer.join(base, any_head(base.output_shape[1], scale=0.1))
    model, _ = transfer.load(transfer.save(joined, list("abc"), tmp_path / "model"))
    assert stands_in in model.name and name not in model.name and model.input_shape == (None, size, size, 3)
    assert np.abs(said(model, noise(2, size)) - said(joined, noise(2, size))).max() < 1e-6


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
    assert order and transfer.load(tmp_path / "model.npz")[1] == NAMES and len(list(tmp_path.iterdir())) == 1


# ---- What is refused before or while it is written


def test_a_folder_that_is_not_there_is_refused_plainly_and_not_made(joined, tmp_path):
    words = ["nowhere", "cannot be written (no such", "check the folder and the room"]
    plain_sentence(words, transfer.save, joined, NAMES, tmp_path / "nowhere" / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file_is_refused_plainly(joined, tmp_path):
    (tmp_path / "model.npz").mkdir()
    plain_sentence("model.npz cannot be written (", transfer.save, joined, NAMES, tmp_path / "model.npz")
    assert [found.name for found in tmp_path.iterdir()] == ["model.npz"]


def room(share, file):
    """So many times the room of a file, as the size of a disk."""
    return f"{int(share * file.stat().st_size) // 4096 * 4}k"


def test_a_full_disk_is_refused_plainly_and_keeps_no_part(joined, file, small_disk):
    disk = small_disk(room(0.7, file))
    plain_sentence("model.npz cannot be written (no space", transfer.save, joined, NAMES, disk / "model")
    assert list(disk.iterdir()) == []


def test_the_file_that_was_there_survives_a_save_that_fails(joined, file, small_disk):
    disk = small_disk(room(1.6, file))  # for one and not for two
    path = transfer.save(joined, NAMES, disk / "model")
    before = path.read_bytes()
    plain_sentence("model.npz cannot be written (no space", transfer.save, joined, NAMES[::-1], path)
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


NOT_JOINED = "Wanted is a model that transfer.join or transfer.load gave, not "


def test_a_model_that_is_not_joined_is_refused_plainly(base, tmp_path):
    wrong = {"'Tiny'": base, "'head'": any_head(classes=5), "'EfficientNet-Lite0'": models.load(LITE), "None": None}
    for called, model in wrong.items():
        plain_sentence(NOT_JOINED + called, transfer.save, model, NAMES, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "names", [NAMES[:4], [*NAMES, "more"], [], ["a", "b", None, {"c": 1}, 5], 5, "abcde"], ids=lambda names: repr(names)
)
def test_names_that_do_not_fit_are_refused_plainly(joined, tmp_path, names):
    words = "The names do not fit: wanted is a list with a name, in quotes, for each of the 5 classes"
    plain_sentence(words, transfer.save, joined, names, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path, words", [(None, "path was None"), ("", "path was ''"), ("nul\0", "path was 'nul")], ids=repr)
def test_what_is_no_name_of_a_file_is_refused_plainly(joined, tmp_path, monkeypatch, path, words):
    monkeypatch.chdir(tmp_path)
    plain_sentence([words, "the name of the file to write"], transfer.save, joined, NAMES, path)
    assert list(tmp_path.iterdir()) == []


# ---- What is no such file


def refused(path):
    plain_sentence(f"{path.name} is damaged, or was not written by transfer.save", transfer.load, path)


def rewritten(file, target, **changes):
    """The file once more, with other arrays; those that are None are left out."""
    with np.load(file) as values:
        all_of_them = {**values, **{f"about/{name}": value for name, value in changes.items()}}
    np.savez(target, **{name: value for name, value in all_of_them.items() if value is not None})
    return target


def one_array(file, bad):
    with open(bad, "wb") as target:
        np.save(target, np.zeros(3))


def wrong_byte(file, bad):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    bad.write_bytes(content)


SPOIL = {
    "text": lambda file, bad: bad.write_text("hello", encoding="utf-8"),
    "empty": lambda file, bad: bad.write_bytes(b""),
    "pickle": lambda file, bad: bad.write_bytes(pickle.dumps([1, 2])),
    "another npz": lambda file, bad: shutil.copy(DATA / "networks" / "efficientnet_lite0.npz", bad),
    "one array": one_array,
    "folder": lambda file, bad: bad.mkdir(),
    "no card": lambda file, bad: rewritten(file, bad, network=np.array("AlexNet")),
    "no network": lambda file, bad: rewritten(file, bad, network=None),
    "another network": lambda file, bad: rewritten(file, bad, network=np.array(LITE)),
    "no size": lambda file, bad: rewritten(file, bad, size=np.array("large")),
    "two sizes": lambda file, bad: rewritten(file, bad, size=np.array([32, 32])),
    "few names": lambda file, bad: rewritten(file, bad, names=np.array(["one", "too", "few"])),
    "no names": lambda file, bad: rewritten(file, bad, names=np.array([], dtype=str)),
    "one name": lambda file, bad: rewritten(file, bad, names=np.array("x")),
    "a wrong byte": wrong_byte,
}


@pytest.mark.parametrize("spoil", SPOIL.values(), ids=SPOIL)
def test_a_file_that_save_did_not_write_or_that_is_damaged_is_refused_plainly(file, tmp_path, spoil):
    spoil(file, tmp_path / "bad.npz")
    refused(tmp_path / "bad.npz")


@pytest.mark.parametrize("share", [0.0001, 0.5, 0.9999])
def test_a_file_that_was_cut_off_is_refused_plainly(file, tmp_path, share):
    content = file.read_bytes()
    (tmp_path / "bad.npz").write_bytes(content[: int(share * len(content))])
    refused(tmp_path / "bad.npz")


def test_a_file_that_is_not_there_is_refused_plainly(tmp_path):
    plain_sentence(["There is no file", "nowhere.npz"], transfer.load, tmp_path / "nowhere.npz")


def test_a_file_that_may_not_be_read_is_refused_plainly(file, monkeypatch):
    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(zipfile, "ZipFile", closed)
    plain_sentence("my model.npz may not be read: check its permissions", transfer.load, file)


@pytest.mark.parametrize("where", ["names", "network"])
def test_a_pickle_in_the_file_is_not_run(file, tmp_path, where):
    mark = tmp_path / "mark"
    refused(rewritten(file, tmp_path / "bad.npz", **{where: np.array([Marks(mark)], dtype=object)}))
    assert not mark.exists()
