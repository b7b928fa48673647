"""Is this a picture of the course, and if not, which line makes one of it: of a PIL picture, a tensor, a grey array.

In: any value. Out: the picture, or a refusal that holds the line. No library is loaded: each value is asked what it can do.
"""

import contextlib
import os

import numpy as np

from helpers.machine import sentences

MOST_SHOWN = 100  # characters of a path inside a line: of a longer one stands the word


def conversion(value, many=False):
    """The line that makes of a value a picture of the course, RGB, uint8, shape (height, width, 3), or None.

    None: no line is sure to do it, or the value is such a picture already. In the line the value is called what it is:
    picture, tensor, frame, pixels, grey, array or batch. many: pictures of one size, in four dimensions, are wanted too.
    """
    try:
        line = _line(value, None, many)
    except Exception:  # a value of any library, which may answer anything
        return None
    return None if line in ("array", "batch") else line


def is_picture(value):
    """Whether a value is a picture of the course: an array, and one without a mask, uint8, shape (height, width, 3)."""
    right = isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray)
    return right and value.dtype == np.uint8 and value.ndim == 3 and value.shape[2] == 3 and value.size > 0


def checked(value, whole=None):
    """The picture itself, where a value is one; else raises TypeError or ValueError, one plain sentence with the line.

    whole: what the value was taken from, where the line has to mend all of that.
    """
    if is_picture(value):
        return value
    line = conversion(value) if whole is None else conversion(whole, many=True)
    instead = f"give {line} instead" if line else "give what images.load gives"
    if not isinstance(value, np.ndarray) or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"A picture is a NumPy array, but this is a {kind(value)}: {instead}.")
    if value.ndim == 4:
        one = line or "batch[0]"
        raise ValueError(f"This is a batch, of shape {value.shape}: give one picture of it, for example {one}.")
    if value.ndim != 3 or value.shape[2] != 3 or 0 in value.shape:
        raise ValueError(f"A picture has the shape (height, width, 3), but this array has {value.shape}: {instead}.")
    if not line and value.dtype.kind in "iuf":
        instead = "bring them to 0 to 255 first, and resize and stack pictures before you normalize them"
    raise TypeError(f"A picture holds whole numbers from 0 to 255 (uint8), but this array holds {span(value)}: {instead}.")


@contextlib.contextmanager
def room(what):
    """While it lasts, too little memory is a ValueError, one plain sentence. what: "This batch", say."""
    try:
        yield
    except MemoryError:
        raise ValueError(f"{what} needs more memory than there is: make the pictures smaller, or take fewer at once.") from None


def kind(value):
    """What a value is called in a sentence: PIL picture, EagerTensor, str."""
    return "PIL picture" if _is_pil(value) else type(value).__name__


def span(array):
    """What an array holds, in words, for a sentence: float32 from -1 to 0.99."""
    name = array.dtype.name
    return f"{name} from {array.min():g} to {array.max():g}" if array.dtype.kind in "iuf" and array.size else name


def _is_pil(value):
    return any(kind.__module__ == "PIL.Image" for kind in type(value).__mro__)


def _line(value, name, many):
    if isinstance(value, (str, os.PathLike)):
        return f"images.load({_quoted(value)})" if os.fspath(value) else None
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"images.load({name or 'data'})"
    if hasattr(value, "read"):
        return f"images.load({name or 'file'})"
    if _is_pil(value):
        name = name or "picture"
        if value.mode[0] in "IF":  # 16 or 32 bits: of these Pillow's own way cuts off what is over 255
            return _of_array(np.array(value), f"np.array({name})", many)
        return None if value.mode == "LAB" else f'np.array({name}.convert("RGB"))'
    if isinstance(value, (list, tuple)):
        return _of_list(value, name, many)
    if hasattr(value, "to_numpy"):
        return _of_array(value.to_numpy(), f"{name or 'frame'}.to_numpy()", many)
    if callable(getattr(value, "numpy", None)):
        return _of_tensor(value, name or "tensor", many)
    if isinstance(value, np.ndarray):
        name = name or ("batch" if value.ndim > 3 else "grey" if value.ndim == 2 else "array")
        if isinstance(value, np.ma.MaskedArray):
            return _of_array(value.filled(0), f"{name}.filled(0)", many)
        name = f"np.asarray({name})" if isinstance(value, np.matrix) else name
        return _of_array(np.asarray(value), name, many)
    return _of_array(np.asarray(value), f"np.asarray({name or 'array'})", many) if hasattr(value, "__array__") else None


def _of_list(values, name, many):
    inner = values
    while isinstance(inner, (list, tuple)) and len(inner):
        inner = inner[0]
    if isinstance(inner, (int, float, np.number)):
        return _of_array(np.array(values), f"np.array({name or 'pixels'})", many)
    return _line(values[0], f"{name or 'pictures'}[0]", many) if len(values) else None


def _of_tensor(tensor, name, many):
    """Of TensorFlow, Keras or PyTorch; only PyTorch's can be followed by a gradient, or lie where NumPy does not come."""
    if getattr(tensor, "requires_grad", False) is True:
        tensor, name = tensor.detach(), f"{name}.detach()"
    if getattr(tensor, "is_cpu", True) is False:
        tensor, name = tensor.cpu(), f"{name}.cpu()"
    if str(tensor.dtype) == "torch.bfloat16":
        tensor, name = tensor.float(), f"{name}.float()"
    return _of_array(np.asarray(tensor.numpy()), f"{name}.numpy()", many)


def _of_array(array, text, many):
    """The rest of the line for an array that the text gives: which picture, whole numbers 0 to 255, the colours last."""
    while array.ndim > (4 if many else 3):
        array, text = array[0], f"{text}[0]"
    if array.size == 0 or array.ndim < 2:
        return None
    if array.dtype == object:
        array, text = np.array(array.tolist()), f"np.array({text}.tolist())"
    if array.dtype.name == "bfloat16":
        array, text = array.astype("float32"), f'{text}.astype("float32")'
    if array.dtype.kind not in "biuf" or not (array.min() >= 0 and array.max() <= 255):  # nan is neither
        return None
    if array.dtype.kind == "f":
        text = f'({text} * 255).round().astype("uint8")' if array.max() <= 1 else f'{text}.round().astype("uint8")'
    elif array.dtype.kind == "b":
        text = f'({text} * 255).astype("uint8")'
    elif array.dtype != np.uint8:
        text = f'{text}.astype("uint8")'
    return _colours_last(array.shape, text)


def _colours_last(shape, text):
    if len(shape) == 2 or (len(shape) == 3 and shape[2] == 1):
        return f"np.dstack([{text}] * 3)"
    first, last = shape[-3], shape[-1]
    turn = ".transpose(1, 2, 0)" if len(shape) == 3 else ".transpose(0, 2, 3, 1)"
    if last in (3, 4):
        return text if last == 3 else f"{text}[..., :3]"
    if first in (3, 4):
        return f"{text}{turn}" if first == 3 else f"{text}{turn}[..., :3]"
    if first == 1:
        return f"{text}{turn}.repeat(3, axis=-1)"
    return f"{text}[..., :1].repeat(3, axis=-1)" if last in (1, 2) else None  # grey, and how much of it is seen


def _quoted(path):
    text = os.fspath(path)
    if not isinstance(text, str) or len(text) > MOST_SHOWN or sentences.fit(text) != text:
        return "path"
    return repr(text) if '"' in text or "\\" in text else f'"{text}"'
