"""The line that makes a picture of what somebody has: each is run, and gives the picture that it was made of."""

import io
import pathlib
import subprocess
import sys

import numpy as np
import pytest
from checkout import DATA, ROOT
from made_pictures import noise
from PIL import Image
from refused import plain_sentence

from helpers import images, normalizing, plots
from helpers.machine import pictures
from helpers.widgets import changes

PICTURE = np.clip(noise(6, 8), 2, 255)  # 2: so that whole numbers cannot be taken for 0 to 1
GREY = PICTURE[..., 0]
EQUAL = np.dstack([GREY] * 3)
PIL = Image.fromarray(PICTURE)
DOG = DATA / "images" / "dog.jpg"
FLAGS = PICTURE > 100


class Tensor:
    """As PyTorch has it: followed by a gradient, on another device, a type of which NumPy knows nothing."""

    def __init__(self, array, **flags):
        self.array, self.dtype = array, "torch.float32"
        self.__dict__.update({"requires_grad": False, "is_cpu": True} | flags)

    def without(self, **flags):
        return Tensor(self.array, **({name: self.__dict__[name] for name in ("requires_grad", "is_cpu", "dtype")} | flags))

    def detach(self):
        return self.without(requires_grad=False)

    def cpu(self):
        return self.without(is_cpu=True)

    def float(self):
        return self.without(dtype="torch.float32")

    def numpy(self):
        assert self.is_cpu and not self.requires_grad and self.dtype == "torch.float32"
        return self.array


class Frame:
    def to_numpy(self):
        return GREY


# What somebody has, the line that the sentence must hold, and the picture that comes out.
LINES = {
    "PIL": (PIL, 'np.array(picture.convert("RGB"))', PICTURE),
    "PIL, grey": (PIL.convert("L"), 'np.array(picture.convert("RGB"))', np.dstack([np.array(PIL.convert("L"))] * 3)),
    "PIL, 16 bits": (Image.fromarray(GREY.astype("uint16")), 'np.dstack([np.array(picture).astype("uint8")] * 3)', EQUAL),
    "path": (str(DOG), f'images.load("{DOG}")', images.load(DOG)),
    "Path": (DOG, f'images.load("{DOG}")', images.load(DOG)),
    "name": ("dog.jpg", 'images.load("dog.jpg")', images.load(DOG)),
    "bytes": (DOG.read_bytes(), "images.load(data)", images.load(DOG)),
    "bytearray": (bytearray(DOG.read_bytes()), "images.load(data)", images.load(DOG)),
    "open file": (io.BytesIO(DOG.read_bytes()), "images.load(file)", images.load(DOG)),
    "grey": (GREY, "np.dstack([grey] * 3)", EQUAL),
    "grey, floats": (GREY / 255, 'np.dstack([(grey * 255).round().astype("uint8")] * 3)', EQUAL),
    "grey, one colour": (GREY[..., None], "np.dstack([array] * 3)", EQUAL),
    "grey, transparent": (PICTURE[..., :2], "array[..., :1].repeat(3, axis=-1)", EQUAL),
    "grey, first": (GREY[None], "array.transpose(1, 2, 0).repeat(3, axis=-1)", EQUAL),
    "matrix": (np.matrix(GREY), "np.dstack([np.asarray(grey)] * 3)", EQUAL),
    "transparent": (np.dstack([PICTURE, GREY]), "array[..., :3]", PICTURE),
    "channels first": (PICTURE.transpose(2, 0, 1), "array.transpose(1, 2, 0)", PICTURE),
    "4 channels first": (np.dstack([PICTURE, GREY]).transpose(2, 0, 1), "array.transpose(1, 2, 0)[..., :3]", PICTURE),
    "0 to 1": (PICTURE / 255, '(array * 255).round().astype("uint8")', PICTURE),
    "0 to 1, first": (PICTURE.transpose(2, 0, 1) / 255, '(array * 255).round().astype("uint8").transpose(1, 2, 0)', PICTURE),
    "float16": ((PICTURE / 255).astype("float16"), '(array * 255).round().astype("uint8")', PICTURE),
    "floats": (PICTURE.astype("float32"), 'array.round().astype("uint8")', PICTURE),
    "int64": (PICTURE.astype("int64"), 'array.astype("uint8")', PICTURE),
    "big endian": (PICTURE.astype(">i4"), 'array.astype("uint8")', PICTURE),
    "mask": (FLAGS, '(array * 255).astype("uint8")', FLAGS * np.uint8(255)),
    "objects": (PICTURE.astype(object), 'np.array(array.tolist()).astype("uint8")', PICTURE),
    "masked": (np.ma.masked_less(PICTURE, 9), "array.filled(0)", PICTURE * (PICTURE >= 9)),
    "nested": (PICTURE.tolist(), 'np.array(pixels).astype("uint8")', PICTURE),
    "nested, 0 to 1": ((PICTURE / 255).tolist(), '(np.array(pixels) * 255).round().astype("uint8")', PICTURE),
    "batch": (PICTURE[None], "batch[0]", PICTURE),
    "batch of floats": (PICTURE[None].astype("float32"), 'batch[0].round().astype("uint8")', PICTURE),
    "table": (Frame(), "np.dstack([frame.to_numpy()] * 3)", EQUAL),
    "tensor": (Tensor(PICTURE), "tensor.numpy()", PICTURE),
    "tensor, 0 to 1": (Tensor(PICTURE / 255), '(tensor.numpy() * 255).round().astype("uint8")', PICTURE),
    "tensor, first": (Tensor(PICTURE.transpose(2, 0, 1)), "tensor.numpy().transpose(1, 2, 0)", PICTURE),
    "tensor, followed": (Tensor(PICTURE, requires_grad=True), "tensor.detach().numpy()", PICTURE),
    "tensor, away": (Tensor(PICTURE, is_cpu=False), "tensor.cpu().numpy()", PICTURE),
    "tensor, bfloat16": (Tensor(PICTURE, dtype="torch.bfloat16"), "tensor.float().numpy()", PICTURE),
}  # fmt: skip
CHANGES = {"mirrored": (), "turned": (9,), "brightened": (2,), "blurred": (2,), "noisy": (9,), "covered": (0.5,)}
NAMES = "picture data file grey array pixels batch frame tensor".split()


@pytest.mark.parametrize("value, line, picture", LINES.values(), ids=LINES)
def test_every_sentence_holds_the_line_that_makes_the_picture(value, line, picture):
    made = eval(line, {"np": np, "images": images} | dict.fromkeys(NAMES, value))
    assert np.array_equal(made, picture) and made.dtype == np.uint8 and pictures.is_picture(made)
    if hasattr(value, "seek"):
        value.seek(0)
    assert pictures.conversion(value) == line
    plain_sentence(line, images.resize, value, 4)
    if getattr(value, "ndim", 0) != 4:  # of which a batch can be made
        plain_sentence(line, images.batch, value)
        plain_sentence(line, images.batch, [value])
        plain_sentence(f"images.batch({line})", normalizing.checked, value)
    if isinstance(value, (str, pathlib.Path, bytes, bytearray, Tensor, Frame, io.BytesIO)):
        plain_sentence(line, plots.pictures, [value], [""])
        plain_sentence(line, plots.prediction, value, [])
        for change, options in CHANGES.items():
            plain_sentence(line, getattr(changes, change), value, *options)
        plain_sentence(f"images.batch({line})", normalizing.normalize, value, "tf")


def test_real_tensors_and_tables_too():
    tf, pd = pytest.importorskip("tensorflow"), pytest.importorskip("pandas")
    grey = pd.DataFrame(GREY)
    for value, expected in [
        (tf.constant(PICTURE), PICTURE), (tf.Variable(PICTURE / 255), PICTURE), (tf.constant(PICTURE / 255), PICTURE),
        (tf.cast(PICTURE, "float16"), PICTURE), (tf.cast(PICTURE, "bfloat16"), PICTURE), (tf.constant(PICTURE[None]), PICTURE),
        (grey, EQUAL), (grey / 255, EQUAL),
    ]:  # fmt: skip
        line = pictures.conversion(value)
        made = eval(line, {"np": np, "tensor": value, "frame": value})
        assert np.abs(made.astype(int) - expected).max() <= ("bfloat16" in str(getattr(value, "dtype", ""))) * 1
        plain_sentence(line, images.resize, value, 4)


@pytest.mark.parametrize(
    "value",
    [
        PICTURE, None, 5, {}, "", [], [[]], [None], iter([]), PICTURE * 2.0, PICTURE / 128 - 1, PICTURE * np.nan, PICTURE * 1j,
        PICTURE.astype(str), PICTURE[:0], PICTURE[0, 0], np.zeros((5, 6, 7), "uint8"), PICTURE.astype("uint16") * 257,
        Tensor(None), [PICTURE.tolist(), PICTURE[:5].tolist()], np.float32(3), object(),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_there_is_no_line_where_none_is_sure(value):
    assert pictures.conversion(value) is None


@pytest.mark.parametrize(
    "array, words",
    [
        (PICTURE.astype("int64") * 0 - 5, "int64 from -5 to -5: bring them to 0 to 255 first"),
        (PICTURE * 0 + np.array(300), "from 300 to 300: bring them to 0 to 255 first"),
        (np.linspace(-1, 1, 144).reshape(6, 8, 3), "float64 from -1 to 1: bring them to 0 to 255 first"),
        (np.full((6, 8, 3), 65535, "uint16"), "uint16 from 65535 to 65535: bring"),
        (np.full((6, 8, 3), 1e9), "float64 from 1e+09 to 1e+09: bring"),
        (np.full((6, 8, 3), np.nan), "float64 from nan to nan: bring"),
        (np.full((6, 8, 3), np.inf, "float32"), "float32 from inf to inf: bring"),
        (np.arange(-1, 143, dtype=">i2").reshape(6, 8, 3), "int16 from -1 to 142: bring"),
    ],
)
def test_values_outside_are_said(array, words):
    plain_sentence(words, images.resize, array, 4)
    plain_sentence(words, images.batch, [array])
    plain_sentence(words, plots.pictures, [array], [""])


@pytest.mark.parametrize(
    "many, line",
    [
        (Tensor(PICTURE[None]), "tensor.numpy()"),
        (PICTURE[None].transpose(0, 3, 1, 2), "batch.transpose(0, 2, 3, 1)"),
        (PICTURE[None] / 255, '(batch * 255).round().astype("uint8")'),
        ([PICTURE.tolist()] * 2, 'np.array(pixels).astype("uint8")'),
        (np.dstack([PICTURE, GREY])[None], "batch[..., :3]"),
        (GREY[None, ..., None], "batch[..., :1].repeat(3, axis=-1)"),
        (GREY[None, None], "batch.transpose(0, 2, 3, 1).repeat(3, axis=-1)"),
        (np.ma.masked_less(PICTURE[None], 0), "batch.filled(0)"),
    ],
)
def test_a_batch_of_another_kind_gets_the_line_for_all_of_it(many, line):
    made = eval(line, {"np": np} | dict.fromkeys(("tensor", "batch", "pixels"), many))
    assert np.array_equal(images.batch(made)[0], images.batch(made)[-1]) and images.batch(made).shape[1:] == (6, 8, 3)
    plain_sentence(line, images.batch, many)


def test_what_would_be_taken_for_something_else_is_refused_too():
    plain_sentence('np.array(picture.convert("RGB"))', plots.pictures, [PIL.convert("P")], [""])
    plain_sentence("give what images.load gives", plots.pictures, [[[1, 2], [3]]], [""])
    plain_sentence("batch.filled(0)", normalizing.checked, np.ma.masked_less(PICTURE[None], 9))
    plain_sentence("batch.filled(0)", normalizing.normalize, np.ma.masked_less(PICTURE[None], 9), "tf")


@pytest.mark.parametrize(
    "path, line",
    [
        ("https://example.org/a.png", 'images.load("https://example.org/a.png")'),
        ("a b/caf\u00e9.png", 'images.load("a b/caf\u00e9.png")'),
        ("C:\\photos\\a.png", "images.load('C:\\\\photos\\\\a.png')"),
        ('say "a".png', "images.load('say \"a\".png')"),
        ("n" * 500, "images.load(path)"),
        ("a\nb.png", "images.load(path)"),
        ("half\udcff.png", "images.load(path)"),
        ("data:image/png;base64," + "A" * 4000, "images.load(path)"),
    ],
    ids=lambda text: ascii(text)[:12],
)
def test_a_path_stands_in_the_line_as_python_has_it_where_it_can_be_shown(path, line):
    assert pictures.conversion(path) == line
    assert line == "images.load(path)" or eval(line[12:-1]) == path


def test_too_little_memory_is_a_sentence(monkeypatch):
    def full(*_, **__):
        raise MemoryError

    monkeypatch.setattr(np, "stack", full)
    plain_sentence("A batch of 2 pictures of 6 × 8 pixels needs more memory", images.batch, [PICTURE] * 2)
    monkeypatch.setitem(images.FITS, "crop", full)
    plain_sentence("needs more memory than there is", images.resize, PICTURE, 4)
    plain_sentence("needs more memory than there is", images.load_square, DOG, 4)
    monkeypatch.setattr(np, "array", full)
    plain_sentence("This batch needs more memory", normalizing.normalize, PICTURE[None], "tf")


def test_no_library_is_loaded_for_it():
    code = "import sys, numpy as np; from helpers.machine import pictures; pictures.conversion(np.zeros((3, 4))); "
    code += "print([name for name in ('PIL', 'tensorflow', 'keras', 'torch', 'pandas') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "[]\n"
