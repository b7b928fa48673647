"""Weight files of a few hundred kilobytes: one alone, those of the command's networks, and one as Keras 2 wrote it."""

import hashlib
import random

from servers import send

from helpers.cards import WeightFile

CONTENT = bytes(range(256)) * 1000
NAMES = ("VGG16", "VGG19", "ResNet50", "InceptionV3", "NoSum")  # NoSum: of whose file no md5 is known, and none without top
CONTENTS = {
    f"{name}{top}.h5": random.Random(name + top).randbytes(300_000 + 1000 * len(name))
    for name in NAMES
    for top in ("", "_notop")
    if name != "NoSum" or not top
}
NEEDED = [name for name in CONTENTS if not name.startswith(("VGG19", "NoSum"))]


def official(address, content=CONTENT):
    return WeightFile(f"{address}/official.h5", hashlib.md5(content).hexdigest(), len(content))


def broken_off(request):
    request.send_response(200)
    request.send_header("Content-Length", str(len(CONTENT)))
    request.end_headers()
    request.wfile.write(CONTENT[:100_000])
    request.close_connection = True


# Answers of a server that are not the file, and what is said of each.
BROKEN = {
    "broken off": (broken_off, "The connection to 127.0.0.1 breaks off again and again"),
    "wrong content": (lambda request: send(request, CONTENT[::-1]), "is not the official official.h5 (another checksum)"),
    "not there": (lambda request: send(request, b"no", status=404), "127.0.0.1 has no such file (404)"),
}


def write_as_keras_2_did(model, path):
    """Writes a weight file in the form of the official ones, which Keras 3 reads but no longer writes."""
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group, names = file.create_group(layer.name), [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, weight in zip(names, layer.weights):
                group.create_dataset(name, data=weight.numpy())
