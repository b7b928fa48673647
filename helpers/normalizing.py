"""Joint 4 of the pipe: batch → normalized. The five ways in which networks want their pixels, in plain NumPy.

In: float32, shape (n, height, width, 3), values 0 to 255. Out: the same shape, as one kind of network wants it.
Which network wants which is on its card, in `cards`.
"""

import numpy as np

from helpers.machine import pictures


def normalize(batch, mode):
    """One of the normalizations in use, on a copy: float32, the shape of the argument. mode: one of the names below.

    "caffe": blue, green, red, each less ImageNet's mean. "tf": -1 to 1. "torch": 0 to 1, less mean, by standard
    deviation (`keras.applications.imagenet_utils` names these three so). "lite": (pixel - 127) / 128. "none": as it is
    (the network has the step inside). Raises TypeError or ValueError, one plain sentence, for another name, or a batch that
    is none; the values are not looked at.
    """
    with pictures.room("This batch"):
        return _normalized(_numbers(batch), mode)


def _normalized(batch, mode):
    x = np.array(batch, dtype="float32")
    if mode == "caffe":
        return x[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
    if mode == "tf":
        return x / 127.5 - 1
    if mode == "torch":
        return (x / 255 - np.array([0.485, 0.456, 0.406], "float32")) / np.array([0.229, 0.224, 0.225], "float32")
    if mode == "lite":
        return (x - 127) / 128
    if mode == "none":
        return x
    raise ValueError(f'There is no normalization {mode!r}: use "caffe", "tf", "torch", "lite" or "none".')


def from_normalization_to(mode, other):
    """The 1 x 1 convolution (kernel, bias) that turns pixels normalized one way into pixels normalized another way.

    Every normalization is a matrix and an offset for each pixel; feeding it black and the three pure colours shows both.
    """

    def matrix_and_offset(mode):
        black, *colours = normalize([[[[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]]]], mode)[0, 0].astype("float64")
        return (np.array(colours) - black) / 255, black

    (matrix, offset), (matrix_2, offset_2) = matrix_and_offset(mode), matrix_and_offset(other)
    kernel = np.linalg.inv(matrix) @ matrix_2
    return kernel.reshape(1, 1, 3, 3), offset_2 - offset @ kernel


def checked(batch):
    """The batch as an array, where it holds pixels from 0 to 255; raises TypeError or ValueError, one plain sentence, else."""
    given, batch = batch, _numbers(batch)
    if batch.ndim == 3:
        one = pictures.conversion(given) or "picture"
        raise ValueError(f"This is one picture, of shape {batch.shape}: make a batch of it first, with images.batch({one}).")
    if batch.ndim != 4:
        raise ValueError(f"A batch has the shape (n, height, width, 3), but this array has {batch.shape}{_instead(given)}.")
    if batch.size and not (batch.min() >= 0 and batch.max() <= 255):
        raise ValueError(
            f"The values go from {batch.min():.1f} to {batch.max():.1f} instead of 0 to 255: "
            "they seem to be normalized already, so give the batch as it came from images.batch."
        )
    if batch.size and 0 < batch.max() <= 1 and (batch % 1).any():  # whole numbers are a nearly black photo
        raise ValueError(
            "The values go from 0 to 1 instead of 0 to 255: they seem to be divided by 255 already, "
            "so give the batch as it came from images.batch, or np.asarray(batch) * 255."
        )
    return batch


def _numbers(batch):
    """The batch as an array of numbers, its colours last: three."""
    try:
        array = np.asarray(batch)
    except Exception:  # a value of any library, which may answer anything
        if isinstance(batch, (list, tuple)):
            raise ValueError("The pictures have different shapes: resize them to one size, then use images.batch.") from None
        array = np.array(None)
    if array.ndim == 0 or isinstance(batch, np.ma.MaskedArray):
        instead = _instead(batch) or ": use images.batch"
        raise TypeError(f"A batch is a NumPy array, but this is a {pictures.kind(batch)}{instead}.")
    if array.shape[-1] != 3:
        raise ValueError(f"A batch has the shape (n, height, width, 3), but this array has {array.shape}{_instead(batch)}.")
    if not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        raise TypeError(f"A batch holds numbers from 0 to 255, but this array holds {array.dtype.name}{_instead(batch)}.")
    return array


def _instead(batch):
    """The line that mends it, as the end of a sentence; nothing where there is none."""
    line = pictures.conversion(batch, many=True)
    if line is None:
        return ""
    made = line if np.ndim(batch) == 4 else f"images.batch({line})"
    return f": give {made} instead"
