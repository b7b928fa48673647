"""The same network, run by an engine that is made for answering and not for learning.

In: a Keras model. Out: a function from a normalized batch, float32, (n, size, size, 3), to what the model answers, float32.
"""

import functools
import hashlib
import importlib.util
import threading

import numpy as np

from helpers.machine import disk, places

ENGINES = ("auto", "keras", "openvino")
PRECISIONS = ("float32", "fast")
_IN_MEMORY = {}  # converted networks that could not be kept on disk, by their key


def compile(model, engine="auto", precision="float32"):
    """A function from a normalized batch, (n, size, size, 3), to the model's answers, as `model.predict`, only faster; several
    threads may call it at once.

    engine: "keras" traces the model into one graph; "openvino" converts it (the extra `fast`); "auto" takes Keras where
    TensorFlow sees a GPU, else OpenVINO where it is installed, else Keras. precision: "float32", or "fast", which leaves
    the choice to OpenVINO (bfloat16 where the processor has it; Keras stays with float32). The values are those of now:
    a model that is changed later must be compiled again. Raises ValueError, TypeError or ImportError, one plain sentence.
    """
    if engine not in ENGINES:
        raise ValueError(f"There is no engine {engine!r}: use one of {', '.join(ENGINES)}.")
    if precision not in PRECISIONS:
        raise ValueError(f'The precision was {precision!r}: use "float32", or "fast" to leave it to the engine.')
    if len(getattr(model, "input_shape", None) or ()) != 4:
        raise TypeError(f"Wanted is a network from models.load, but this is a {type(model).__name__}.")
    if engine == "auto":
        engine = choose()
    if engine == "openvino" and not has_openvino():
        raise ImportError('OpenVINO is not installed: give the command pip install "openvino>=2025.0", then start again.')
    run = _openvino(model, precision) if engine == "openvino" else _keras(model)
    size = model.input_shape[1]

    def answer(batch):
        batch = np.asarray(batch)
        if batch.ndim != 4 or batch.shape[1:] != (size, size, 3) or not len(batch):
            raise ValueError(f"The batch has the shape {batch.shape}, but {model.name} takes (n, {size}, {size}, 3).")
        if not np.issubdtype(batch.dtype, np.floating):
            raise TypeError(f"The batch holds {batch.dtype}: normalize it first, with the preprocess of the network's card.")
        return run(np.ascontiguousarray(batch, dtype="float32"))

    answer.engine = engine
    return answer


def choose():
    """The engine that "auto" takes on this machine."""
    import tensorflow

    if tensorflow.config.list_physical_devices("GPU"):
        return "keras"
    return "openvino" if has_openvino() else "keras"


def has_openvino():
    """Whether OpenVINO is installed here."""
    return importlib.util.find_spec("openvino") is not None


def graph(model):
    """The model as one graph of TensorFlow's, traced once for batches of any length."""
    import tensorflow

    @tensorflow.function(input_signature=[tensorflow.TensorSpec((None, *model.input_shape[1:]), "float32")])
    def run(batch):
        return model(batch, training=False)

    return run


def _keras(model):
    import tensorflow

    run = graph(model)
    return lambda batch: run(tensorflow.constant(batch)).numpy()


def _openvino(model, precision):
    network = compiled(_converted(model), precision)
    here = threading.local()  # a request takes one batch at a time, so each thread has its own

    def run(batch):
        if not hasattr(here, "request"):
            here.request = network.create_infer_request()
        return here.request.infer([batch], share_inputs=True)[network.output(0)].copy()

    return run


@functools.cache
def compiled(network, precision):
    """A network ready to run, made once a process. network: as `_converted` gives it, a file whose path names its values."""
    import openvino

    options = {"INFERENCE_PRECISION_HINT": "f32"} if precision == "float32" else {}
    return openvino.Core().compile_model(network, "CPU", {"PERFORMANCE_HINT": "LATENCY", **options})


def _converted(model):
    """The model as OpenVINO's file, converted once, kept under a key of network and values; in memory where it cannot be."""
    import openvino

    key = hashlib.sha256(f"{openvino.__version__} {model.name}".encode())
    key.update(model.to_json().encode())
    for values in model.get_weights():
        key.update(np.ascontiguousarray(values))
    key = key.hexdigest()[:32]
    if key in _IN_MEMORY:
        return _IN_MEMORY[key]
    file = places.keras() / "engines" / key / "network.xml"
    if not _is_whole(file):
        network = _convert(model)
        try:
            disk.write_folder(
                file.parent,
                lambda part: openvino.save_model(network, part / file.name, compress_to_fp16=False),
                is_right=lambda folder: _is_whole(folder / file.name),
            )
        except (OSError, RuntimeError):  # a read-only or full disk
            file = _IN_MEMORY[key] = network
    return file


def _is_whole(file):
    import openvino

    try:
        return bool(openvino.Core().read_model(file))
    except RuntimeError:  # not there yet, or damaged
        return False


def _convert(model):
    import openvino

    return openvino.convert_model(graph(model))
