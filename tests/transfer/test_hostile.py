"""A saved model of somebody else: whatever its file claims, it is loaded, or refused with little memory and one sentence."""

import io
import json
import os
import struct
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import pytest
from checkout import ROOT
from refused import plain_sentence
from tiny_networks import any_head, build, made_up

from helpers import models, networks, transfer

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")
NAMES = ("ant", "bee", "cow")
DAMAGED = "is damaged, or was not written by transfer.save"


@pytest.fixture(scope="module")
def file(base, tmp_path_factory):
    return transfer.save(transfer.join(base, any_head()), NAMES, tmp_path_factory.mktemp("saved") / "model")


def npy(value):
    """An array as bytes of an .npy file; (shape, kind) stands for a claim without values."""
    target = io.BytesIO()
    if isinstance(value, tuple):
        np.lib.format.write_array_header_1_0(target, {"descr": value[1], "fortran_order": False, "shape": value[0]})
    else:
        np.save(target, value, allow_pickle=True)
    return target.getvalue()


def changed(file, target, packing=zipfile.ZIP_DEFLATED, twice=None, **changes):
    """The file with other members: a dict from name to array, claim or bytes. twice: a name that comes a second time."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w", packing) as new:
        for name in [member.removesuffix(".npy") for member in old.namelist()]:
            value = changes.pop(name, None)
            new.writestr(
                name + ".npy", old.read(name + ".npy") if value is None else value if isinstance(value, bytes) else npy(value)
            )
        for name, value in changes.items():
            new.writestr(name + ".npy", value if isinstance(value, bytes) else npy(value))
        if twice:
            new.writestr(twice + ".npy", old.read(twice + ".npy"))
    return target


def kernel_of(file):
    """The name of the largest member."""
    with zipfile.ZipFile(file) as archive:
        return max(archive.infolist(), key=lambda member: member.file_size).filename.removesuffix(".npy")


def zeros(gigabytes):
    """So much of nothing, which deflate makes a thousand times smaller; by pieces, that the test itself needs little."""
    return np.zeros(int(gigabytes * 2**28), "float32")


def claims(file, target, field, number):
    """The file with another number in the archive's list for its largest member: 20 is the packed size, 24 the unpacked."""
    content, name = bytearray(file.read_bytes()), kernel_of(file).encode() + b".npy"
    place = content.rindex(b"PK\x01\x02")
    while content[place + 46 : place + 46 + len(name)] != name:
        place = content.rindex(b"PK\x01\x02", 0, place)
    content[place + field : place + field + 4] = struct.pack("<I", number)
    target.write_bytes(content)


def header(text, version=1):
    text = text.encode()
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text


HUGE = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000000000)}\n"
HOSTILE = {  # each makes a file from a good one; none may cost memory
    "a bomb in a value": lambda file, bad: changed(file, bad, **{kernel_of(file): zeros(0.4)}),
    "a bomb in the names": lambda file, bad: changed(file, bad, **{"about/names": np.zeros(2**20, "U200")}),
    "one very long name": lambda file, bad: changed(file, bad, **{"about/names": np.zeros(3, "U20000000")}),
    "a bomb in the network's name": lambda file, bad: changed(file, bad, **{"about/network": np.zeros((), "U49999999")}),
    "a bomb in the size": lambda file, bad: changed(file, bad, **{"about/size": np.zeros(2**25, "int64")}),
    "a size of a billion": lambda file, bad: changed(file, bad, **{"about/size": np.array(10**9)}),
    "a size below 0": lambda file, bad: changed(file, bad, **{"about/size": np.array(-224)}),
    "no size at all": lambda file, bad: changed(file, bad, **{"about/size": np.array(0)}),
    "a size that is no number": lambda file, bad: changed(file, bad, **{"about/size": np.array(np.nan)}),
    "a billion classes": lambda file, bad: changed(file, bad, **{"about/names": ((10**9,), "<U1")}),
    "a claim of 4 exabytes": lambda file, bad: changed(file, bad, **{kernel_of(file): header(HUGE) + bytes(100)}),
    "sides below 0": lambda file, bad: changed(file, bad, **{kernel_of(file): header(HUGE.replace("(1", "(-1")) + bytes(4)}),
    "a header of 400 MB": lambda file, bad: changed(
        file, bad, **{kernel_of(file): b"\x93NUMPY\x02\x00" + struct.pack("<I", 400 * 2**20) + bytes(400 * 2**20)}
    ),
    "more in the list than there is": lambda file, bad: claims(file, bad, 24, 2**31),
    "less in the list than there is": lambda file, bad: claims(file, bad, 24, 10),
    "packed longer than the file": lambda file, bad: claims(file, bad, 20, 2**31),
    "objects": lambda file, bad: changed(file, bad, **{kernel_of(file): np.array([{}, None], dtype=object)}),
    "structures": lambda file, bad: changed(file, bad, **{kernel_of(file): np.zeros(3, "f4,i4")}),
    "whole numbers": lambda file, bad: changed(file, bad, **{kernel_of(file): np.zeros((1, 1, 8, 48), "int64")}),
    "imaginary numbers": lambda file, bad: changed(file, bad, **{kernel_of(file): np.zeros((1, 1, 8, 48), "complex64")}),
    "another shape, as many values": lambda file, bad: changed(file, bad, **{kernel_of(file): np.zeros(384, "float32")}),
    "a member twice": lambda file, bad: changed(file, bad, twice=kernel_of(file)),
    "its size twice": lambda file, bad: changed(file, bad, twice="about/size"),
    "another way of packing": lambda file, bad: changed(file, bad, zipfile.ZIP_LZMA),
    "many members": lambda file, bad: changed(file, bad, zipfile.ZIP_STORED, **{f"x{i}": b"" for i in range(20_000)}),
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(file, tmp_path_factory):
    """A folder with all of them, made once."""
    folder = tmp_path_factory.mktemp("hostile")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's, that a name comes twice
        for name, make in HOSTILE.items():
            make(file, folder / f"{name}.npz")
    return folder


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(hostile, name):
    plain_sentence([DAMAGED, name], transfer.load, hostile / f"{name}.npz")


IN_THE_ARCHIVE = [
    "a claim of 4 exabytes", "sides below 0", "a header of 400 MB", "more in the list than there is", "objects", "structures",
    "less in the list than there is", "packed longer than the file", "imaginary numbers", "a member twice", "its size twice",
    "another way of packing", "many members", "a billion classes",
]  # fmt: skip


@pytest.mark.parametrize("name", IN_THE_ARCHIVE)
def test_what_an_archive_cannot_hold_is_seen_before_a_value_is_read(hostile, name):
    with pytest.raises((ValueError, zipfile.BadZipFile)):
        networks.npz.look(hostile / f"{name}.npz")


def test_what_nobody_asks_for_is_not_read(file, tmp_path):
    extra = changed(file, tmp_path / "more.npz", **{"about/joke": np.array([{}], dtype=object), "x": zeros(0.5)})
    model, names = transfer.load(extra)
    assert names == NAMES and model.input_shape == (None, 32, 32, 3)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("kind", ["float16", "float64", ">f4"])
def test_a_good_file_may_be_packed_and_of_another_precision(file, tmp_path, packing, kind):
    with np.load(file) as values:
        other = {name: np.asfortranarray(values[name].astype(kind)) for name in values.files if values[name].dtype.kind == "f"}
    model, _ = transfer.load(changed(file, tmp_path / "other.npz", packing, **other))
    for now, before in zip(model.get_weights(), transfer.load(file)[0].get_weights()):
        assert now.dtype == np.float32 and np.allclose(now, before, atol=1e-2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_no_numbers_are_refused_by_load_and_by_save(file, tmp_path, bad):
    name, model = kernel_of(file), transfer.load(file)[0]
    with np.load(file) as values:
        spoilt = values[name].copy()
    spoilt[..., -1] = bad
    changed(file, tmp_path / "bad.npz", **{name: spoilt})
    words = ["holds values that are not numbers (NaN or infinite)", "train"]
    plain_sentence([*words, "bad.npz"], transfer.load, tmp_path / "bad.npz")
    model.get_layer("your_classes").bias.assign([0, bad, 0])
    plain_sentence(words, transfer.save, model, NAMES, tmp_path / "never")
    assert not (tmp_path / "never.npz").exists()


def test_a_number_too_large_for_float32_is_no_number(file, tmp_path):
    with np.load(file) as values:
        large = np.full_like(values[kernel_of(file)], 1e300, dtype="float64")
    changed(file, tmp_path / "bad.npz", **{kernel_of(file): large})
    plain_sentence("not numbers (NaN or infinite)", transfer.load, tmp_path / "bad.npz")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    plain_sentence(DAMAGED, transfer.load, tmp_path / "pipe.npz")


def test_a_save_replaces_a_link_and_leaves_what_it_led_to(base, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "model.npz").symlink_to(tmp_path / "mine.txt")
    transfer.save(transfer.join(base, any_head()), NAMES, tmp_path / "model.npz")
    assert (tmp_path / "mine.txt").read_text() == "mine" and not (tmp_path / "model.npz").is_symlink()


@pytest.mark.parametrize("call", [transfer.load, lambda path: transfer.save(None, NAMES, path)])
def test_home_is_found_by_its_sign(call, monkeypatch, tmp_path, file):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "model.npz").write_bytes(file.read_bytes())
    assert transfer.load("~/model.npz")[1] == NAMES
    assert transfer.save(transfer.load(file)[0], NAMES, "~/again") == tmp_path / "again.npz"


# ---- The trained values of a card


def carried(model, values, folder):
    np.savez_compressed(folder / "card.npz", **values)
    return networks.carried.fill, model, folder / "card.npz"


OF_A_CARD = {
    "NaN": (lambda v: v | {"head_conv/kernel": v["head_conv/kernel"] * np.nan}, "not numbers (NaN or infinite)"),
    "a bomb": (lambda v: v | {"head_conv/kernel": zeros(0.4)}, "has values of another shape for head_conv/kernel"),
    "a bomb beside": (lambda v: v | {"more": zeros(0.4)}, "has values that the network has no place for: more"),
    "objects": (lambda v: v | {"head_bn/beta": np.array([None] * 48)}, "is damaged, or holds other things than arrays"),
    "texts": (lambda v: v | {"head_bn/beta": np.array(["x"] * 48)}, "is damaged, or holds other things than arrays"),
    "missing": (lambda v: {k: w for k, w in v.items() if k != "head_bn/beta"}, "has no value for head_bn/beta"),
    "turned": (lambda v: v | {"head_conv/kernel": v["head_conv/kernel"].T}, "has values of another shape for head_conv/kernel"),
    "a name of a line": (lambda v: v | {"a\nb": np.zeros(1)}, "no place for: a\\nb"),
}


@pytest.mark.parametrize("change, words", OF_A_CARD.values(), ids=OF_A_CARD)
def test_hostile_values_of_a_card_change_nothing(tiny, tmp_path, change, words):
    model = made_up(build(models.CARDS["Tiny"]), seed=3)
    before = model.get_weights()
    values = {f"{layer.name}/{variable.name}": variable.numpy() for layer in model.layers for variable in layer.weights}
    plain_sentence(words, *carried(model, change(values), tmp_path))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights()))


MEMORY = """
import json, pathlib, sys
sys.path[:0] = sys.argv[3:]
import tiny_networks
from helpers import transfer
def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024
with tiny_networks.in_the_catalogue(pathlib.Path(sys.argv[1])):
    took = {}
    for file in sorted(pathlib.Path(sys.argv[2]).glob("*.npz")):
        pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew from here
        before = peak()
        try:
            transfer.load(file)
        except ValueError:
            took[file.stem] = peak() - before
print(json.dumps(took))
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/clear_refs"), reason="this system does not count the peak of memory anew")
def test_no_hostile_file_takes_more_memory_than_a_small_model(file, tiny_values, tmp_path, number):
    for name, make in HOSTILE.items():
        make(file, tmp_path / f"{name}.npz")
    assert max(path.stat().st_size for path in tmp_path.iterdir()) < 6e6
    command = [
        sys.executable,
        "-c",
        MEMORY,
        str(tiny_values),
        str(tmp_path),
        str(ROOT / "tests"),
        str(ROOT / "tests" / "support"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    took = json.loads(done.stdout.splitlines()[-1])
    number(f"{len(took)} hostile models, refused: {max(took.values())} MB more at the most, for {max(took, key=took.get)!r}")
    assert set(took) == set(HOSTILE) and max(took.values()) < 100, took
