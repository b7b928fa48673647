"""Where in a picture a network's answer comes from.

In: a model from pixels to classes, with a last layer of one weight for each channel and class, and a normalized batch of
one picture, (1, height, width, 3). Out: a map (height, width), for one class.
"""

import numpy as np

from helpers.machine import sentences


def grad_cam(model, batch, class_index=None):
    """Grad-CAM: where the last feature maps raise the score of a class. float32, (height, width), 0 to 1, all 0 where nowhere.

    model: a `keras.Model` whose last layer is Dense. batch: one normalized picture, (1, height, width, 3).
    class_index: which class; None is the model's first guess. The score is the one before the softmax. The map is as
    coarse as the last feature maps (7 x 7 for VGG16) and is stretched to the picture's size, then divided by its maximum.
    Raises TypeError or ValueError. Source: Selvaraju and others, 2017, arXiv:1610.02391, equations 1 and 2.
    """
    import tensorflow as tf

    parts, (kernel, bias) = _before_the_classes(model), _last_layer(model).get_weights()
    batch = tf.constant(_checked(model, batch))
    with tf.GradientTape() as tape:
        tape.watch(batch)
        maps, features = parts(batch, training=False)
        scores = (features @ kernel + bias)[0]
        score = scores[_class_to_explain(scores.numpy(), class_index)]
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(0, 1, 2))  # equation 1: one for each channel
    coarse = tf.nn.relu(tf.reduce_sum(maps[0] * weights, axis=-1))  # equation 2
    cam = tf.image.resize(coarse[..., None], batch.shape[1:3])[..., 0].numpy()
    return cam / cam.max() if cam.max() > 0 else cam


def occlusion(model, batch, class_index=None, window=64, stride=16, batch_size=32):
    """Occlusion sensitivity: how much of a class' probability is lost when a square is covered. float32, (height, width).

    Each pixel has the mean drop (probability before, less after; -1 to 1, negative where covering helps) over the
    squares that cover it. The squares take the picture's mean colour.
    model, batch, class_index: as for `grad_cam`. window: side of the square, stride: its step, in pixels.
    Raises TypeError or ValueError. Source: Zeiler and Fergus, 2014, arXiv:1311.2901, section 4.2.
    """
    batch = _checked(model, batch)
    height, width = batch.shape[1:3]
    window = sentences.whole("window", window, 1, min(height, width))
    stride = sentences.whole("stride", stride, 1, window)
    batch_size = sentences.whole("batch_size", batch_size, 1, 4096)
    p = model.predict(batch, verbose=0)[0]
    if p.ndim != 1 or p.min() < 0 or abs(p.sum() - 1) > 1e-3:
        raise ValueError(f"{model.name} does not give probabilities that add up to 1: load it with its top, by models.load.")
    index = _class_to_explain(p, class_index)
    places = [(y, x) for y in _starts(height, window, stride) for x in _starts(width, window, stride)]
    drop, count = np.zeros((2, height, width))
    for i in range(0, len(places), batch_size):
        some = places[i : i + batch_size]
        covered = np.repeat(batch, len(some), axis=0)
        for picture, (y, x) in zip(covered, some):
            picture[y : y + window, x : x + window] = batch.mean(axis=(0, 1, 2))
        for after, (y, x) in zip(model.predict(covered, verbose=0)[:, index], some):
            drop[y : y + window, x : x + window] += p[index] - after
            count[y : y + window, x : x + window] += 1
    return (drop / count).astype("float32")


def _starts(length, window, stride):
    return sorted({*range(0, length - window + 1, stride), length - window})  # the last one ends with the picture


def _before_the_classes(model):
    """A model with two outputs: the last feature maps, (1, h, w, channels), and what the last layer takes."""
    import keras

    last = _last_layer(model)
    if len(last.input.shape) != 2:
        raise ValueError(f"The last layer of {model.name} takes {last.input.shape}: wanted is one vector a picture.")
    plain = [layer for layer in model.layers if not isinstance(layer, (keras.layers.InputLayer, keras.Model))]
    with_maps = [layer for layer in plain if hasattr(layer, "output") and _is_a_map(layer.output)]
    if not with_maps:
        raise ValueError(
            f"{model.name} has no layer that gives feature maps (height, width, channels): it has no convolutions."
        )
    return keras.Model(model.inputs, [with_maps[-1].output, last.input])


def _is_a_map(tensor):
    shape = getattr(tensor, "shape", ())
    return len(shape) == 4 and (shape[1] != 1 or shape[2] != 1)


def _last_layer(model):
    import keras

    last = _model(model).layers[-1]
    if not isinstance(last, keras.layers.Dense) or len(last.get_weights()) != 2:
        raise ValueError(
            f"The last layer of {model.name} is {last.name} ({type(last).__name__}): wanted is a Dense layer with a bias, "
            "which gives the classes. Was the model loaded with include_top=False?"
        )
    return last


def _model(model):
    import keras

    if not isinstance(model, keras.Model):
        raise TypeError(f"Wanted is a keras.Model, but this is a {type(model).__name__}: load one with models.load.")
    if not getattr(model, "layers", None) or not isinstance(getattr(model, "input_shape", None), tuple):
        raise ValueError(f"{model.name} is not a model with layers from one input to one output: load one with models.load.")
    return model


def _checked(model, batch):
    wanted = tuple(_model(model).input_shape[1:])
    try:
        batch = np.asarray(batch)
    except ValueError:
        raise ValueError("The pictures have different shapes: give one picture, (1, height, width, 3).") from None
    if batch.ndim == 3:
        raise ValueError(f"This is one picture, of shape {batch.shape}: make a batch of one of it, with images.batch(picture).")
    if batch.ndim != 4 or any(want not in (None, came) for want, came in zip(wanted, batch.shape[1:])):
        raise ValueError(f"The batch has the shape {batch.shape}, but {model.name} takes {(1, *wanted)}: resize the picture.")
    if len(batch) != 1:
        raise ValueError(f"This is a batch of {len(batch)} pictures: a map is made for one, so give batch[:1].")
    if not np.issubdtype(batch.dtype, np.floating):
        raise TypeError(f"Wanted are float numbers, but the batch holds {batch.dtype.name}: normalize it with card.preprocess.")
    if not np.isfinite(batch).all() or float(np.abs(batch).max()) > 1e6:
        raise ValueError("The batch holds values that are no pixels (NaN, infinite or huge): look at how it was normalized.")
    return batch.astype("float32")


def _class_to_explain(values, class_index):
    if class_index is None:
        return int(np.argmax(values))
    return sentences.whole("class_index", class_index, 0, len(values) - 1)
