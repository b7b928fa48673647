"""The ways that are compared: a function each, from a normalized batch to its answers.

In: a network's name. Out: the network; the course's own engines; the same network run by hand, as its makers say.
"""

import os
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from helpers import images, models
from helpers.networks import engines

ENGINES = {  # of the course: the way's name, and what engines.compile and folder.predict are asked for
    "keras": {"engine": "keras", "precision": "float32"},
    "openvino float32": {"engine": "openvino", "precision": "float32"},
    "openvino fast": {"engine": "openvino", "precision": "fast"},
}
BYTES_TO_CONVERT = 350  # a parameter, by tf2onnx: seen with InceptionV3
BY_HAND = {  # the peers
    "OpenVINO by hand, float32": lambda model: _openvino(model, {"INFERENCE_PRECISION_HINT": "f32"}),
    "OpenVINO by hand, as it is": lambda model: _openvino(model, {}),
    "ONNX Runtime by hand": lambda model: _onnx(model),
}


def trained(name):
    """Whether the course carries the network's trained values; the others are timed with random ones."""
    return models.CARDS[name].weights is None


def network(name, desk):
    """A network, its values trained or random; random ones are kept on the desk, and the same in every process."""
    if trained(name):
        return models.load(name)
    model, file = models.architecture(name), pathlib.Path(desk) / f"{name}.weights.h5"
    if file.exists():
        model.load_weights(file)
    else:
        model.save_weights(file)
    return model


def compiled(model):
    """The course's engines that are installed; how many seconds each took to be made; why others are missing."""
    return each(
        {f"engine {name}": lambda model, how=how: engines.compile(model, **how) for name, how in ENGINES.items()}, model
    )


def by_hand(model):
    """The peers that are installed and take this network; how many seconds each took to be made; why others are missing."""
    return each(BY_HAND, model)


def each(makers, model):
    """What these functions make of a network, by name; the seconds that each took; and why others could not."""
    found, seconds, missing = {}, {}, {}
    for name, make in makers.items():
        start = time.perf_counter()
        try:
            found[name] = make(model)
        except Exception as problem:  # not installed, or a network that it cannot take: said in the table
            missing[name] = f"{type(problem).__name__}: {str(problem).splitlines()[0] if str(problem) else ''}"
        else:
            seconds[name] = time.perf_counter() - start
    return found, seconds, missing


def _openvino(model, options):
    import openvino

    run = openvino.Core().compile_model(openvino.convert_model(model), "CPU", options)
    return lambda batch: run(batch)[0]


def _onnx(model):
    import onnxruntime

    session = onnxruntime.InferenceSession(as_onnx(model).SerializeToString(), providers=["CPUExecutionProvider"])
    return lambda batch: session.run(None, {"batch": batch})[0]


def as_onnx(model):
    """The network as ONNX Runtime takes it, its input called "batch"; MemoryError where that may not fit."""
    import psutil
    import tensorflow
    import tf2onnx

    wanted, free = BYTES_TO_CONVERT * model.count_params() / 2**30, psutil.virtual_memory().available / 2**30
    if wanted > free:
        raise MemoryError(f"tf2onnx takes about {wanted:.0f} GB to convert this network, and {free:.0f} GB are free.")
    shape = [tensorflow.TensorSpec((None, *model.input_shape[1:]), "float32", name="batch")]
    run = tensorflow.function(lambda batch: model(batch, training=False), input_signature=shape)
    return tf2onnx.convert.from_function(run, input_signature=shape)[0]


def read(file, size):
    """One file, decoded and resized."""
    return images.load_square(file, size)


def decode(files, size, how=read):
    """Reads files with all cores and nothing else. how: a function of a file and the size."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for _ in threads.map(lambda file: how(file, size), files):
            pass


def article(model, files):
    """The well-known loop: load, turn into an array, normalize, predict, one file at a time."""
    import keras

    card, size = models.card(model), model.input_shape[1]
    for file in files:
        x = keras.utils.img_to_array(keras.utils.load_img(file, target_size=(size, size)))
        model.predict(card.preprocess(np.expand_dims(x, 0)), verbose=0)


def batch_of(model, files):
    """Files as one normalized batch."""
    return models.card(model).preprocess(np.stack([read(file, model.input_shape[1]) for file in files]))
