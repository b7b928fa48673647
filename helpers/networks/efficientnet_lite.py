"""The three networks that travel with the course: EfficientNet-Lite0, -Lite1 and -Lite2, built in Keras.

In: a variant ("0", "1" or "2"), the input size and, for a stand-in, what to put in front.
Out: a `keras.Model` that takes a normalized batch and gives 1000 probabilities; `carried` puts the trained values into it.

Architecture: M. Tan and Q. Le, EfficientNet, 2019 (arXiv:1905.11946), in its "Lite" form: mobile inverted
bottlenecks (arXiv:1801.04381) without squeeze-and-excitation, ReLU6 for swish, first and last part never scaled.
"""

import math

SCALES = {"0": (1.0, 1.0), "1": (1.0, 1.1), "2": (1.1, 1.2)}  # variant: (width, depth)

# One row a stage: repeats, kernel size, stride, expansion, output channels (Lite0).
STAGES = [
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
]
STEM, HEAD = 32, 1280  # channels of the first and the last convolution, in all variants


def scaled(channels, width):
    """The nearest multiple of 8 to channels x width, never more than a tenth below it."""
    nearest = max(8, int(channels * width + 4) // 8 * 8)
    return nearest if nearest >= 0.9 * channels * width else nearest + 8


def blocks(variant):
    """Yields (kernel size, stride, expansion, output channels) for each block of the variant, in order."""
    width, depth = SCALES[variant]
    for stage, (repeats, kernel, stride, expansion, channels) in enumerate(STAGES):
        at_an_end = stage in (0, len(STAGES) - 1)
        for i in range(repeats if at_an_end else math.ceil(depth * repeats)):
            yield kernel, stride if i == 0 else 1, expansion, scaled(channels, width)


def build(variant, size, name, front=None, include_top=True):
    """Builds the network, with no trained values yet.

    variant: "0", "1" or "2". size: height and width of the input, in pixels. name: the model's name.
    front: None, or a function from tensor to tensor that comes before the first layer.
    include_top: True gives (n, 1000) probabilities; False the (n, 1280) averages of the last feature maps.
    """
    from keras import Input, Model, layers

    def convolution(x, label, kind, relu=True, **arguments):
        x = kind(padding="same", use_bias=False, name=f"{label}_conv", **arguments)(x)
        x = layers.BatchNormalization(epsilon=1e-3, name=f"{label}_bn")(x)
        return layers.ReLU(max_value=6, name=f"{label}_relu")(x) if relu else x

    inputs = Input((size, size, 3), name="pixels")
    x = inputs if front is None else front(inputs)
    x = convolution(x, "stem", layers.Conv2D, filters=STEM, kernel_size=3, strides=2)
    for i, (kernel, stride, expansion, channels) in enumerate(blocks(variant), start=1):
        shortcut, wide = x, x.shape[-1] * expansion
        if expansion > 1:
            x = convolution(x, f"block{i}_expand", layers.Conv2D, filters=wide, kernel_size=1)
        x = convolution(x, f"block{i}_depth", layers.DepthwiseConv2D, kernel_size=kernel, strides=stride)
        x = convolution(x, f"block{i}_project", layers.Conv2D, relu=False, filters=channels, kernel_size=1)
        if stride == 1 and shortcut.shape[-1] == channels:
            x = layers.Add(name=f"block{i}_add")([x, shortcut])
    x = convolution(x, "head", layers.Conv2D, filters=HEAD, kernel_size=1)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    if include_top:
        x = layers.Dense(1000, activation="softmax", name="predictions")(x)
    return Model(inputs, x, name=name)


def without_cap(model):
    """A copy of a Lite network whose activations let numbers grow as far as they like: ReLU for ReLU6 (lesson 04).

    The trained values are the same. Most networks, VGG16 and ResNet50 among them, have no such cap.
    """
    from keras import Model, layers, models

    def uncapped(layer):
        config = layer.get_config()
        if isinstance(layer, layers.ReLU):
            config["max_value"] = None
        return type(layer).from_config(config)

    copy = models.clone_model(model, clone_function=uncapped)
    copy.set_weights(model.get_weights())
    return Model(copy.input, copy.output, name=f"{model.name}_without_cap")
