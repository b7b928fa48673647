"""Whole numbers of 8 bits instead of 32: what they gain on this processor, and what they cost in answers.

In: a network's name. Out: for OpenVINO and ONNX Runtime, quantized by their makers' own tools, calibrated on the photos of
data/small_world: pictures a second, round by round, beside float32 of the same engine; and agreement over the project's photos.
Answers are only worth comparing of trained values: where the real ones are not on this machine, of the network that stands in.
"""

import os
import pathlib
import time

import numpy as np
from bench import agreement, child, pictures, ways

from helpers import models

CALIBRATION, BATCH = 96, 32  # photos
FLOAT = {"OpenVINO int8": "OpenVINO by hand, float32", "ONNX Runtime int8": "ONNX Runtime by hand"}


def measure(name, desk, rounds):
    """Speed of the real network's layers; agreement of what `models.load` gives for its name here."""
    place = pathlib.Path(desk) / f"{name}_in_8_bits"
    batch, (answers, missing) = _made(ways.network(name, desk), place / "speed")
    found = {"float": FLOAT, "speed": {way: [] for way in answers}, "missing": missing}
    for answer in answers.values():
        answer(batch[:BATCH])
    for _ in range(rounds):
        for way, answer in answers.items():
            start = time.perf_counter()
            for _ in range(3):
                answer(batch[:BATCH])
            found["speed"][way].append(3 * BATCH / (time.perf_counter() - start))
    os.environ["WEIGHTS_OFFLINE"] = "1"
    model = models.load(name)
    if not ways.trained(name):
        batch, (answers, _) = _made(model, place / "answers")
    p = {way: np.concatenate([run(batch[i : i + BATCH]) for i in range(0, len(batch), BATCH)]) for way, run in answers.items()}
    found["answers of"] = model.name
    found["agreement"] = {way: agreement.compare(p[way], p[FLOAT[way]]) for way in FLOAT if way in p}
    return found


def _made(model, desk):
    """All photos of the project as a batch; and each engine, in float32 and in int8, with why others are missing."""
    desk.mkdir(parents=True)
    batch = ways.batch_of(model, [file for kind in pictures.sources() for file in kind])
    some = batch[-CALIBRATION:]
    makers = {way: ways.BY_HAND[way] for way in FLOAT.values()}
    makers["OpenVINO int8"] = lambda model: _openvino(model, some)
    makers["ONNX Runtime int8"] = lambda model: _onnx(model, some, desk)
    found, _, missing = ways.each(makers, model)
    return batch, (found, missing)


def _openvino(model, some):
    import nncf
    import openvino

    network = nncf.quantize(openvino.convert_model(model), nncf.Dataset([one[np.newaxis] for one in some]))
    run = openvino.Core().compile_model(network, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda batch: run(batch)[0]


def _onnx(model, some, desk):
    import onnxruntime
    from onnxruntime import quantization

    class Photos(quantization.CalibrationDataReader):
        def __init__(self):
            self.left = iter(some)

        def get_next(self):
            one = next(self.left, None)
            return None if one is None else {"batch": one[np.newaxis]}

    (desk / "float32.onnx").write_bytes(ways.as_onnx(model).SerializeToString())
    quantization.quant_pre_process(desk / "float32.onnx", desk / "whole.onnx", skip_symbolic_shape=True)
    # Seven bits a weight: its makers' advice for processors without VNNI, where sums of eight overflow.
    options = {"per_channel": True, "reduce_range": True}
    quantization.quantize_static(desk / "whole.onnx", desk / "int8.onnx", Photos(), **options)
    session = onnxruntime.InferenceSession(desk / "int8.onnx", providers=["CPUExecutionProvider"])
    return lambda batch: session.run(None, {"batch": batch})[0]


if __name__ == "__main__":
    child.answer(measure)
