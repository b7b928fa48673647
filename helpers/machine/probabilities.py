"""Are these probabilities, and if not, which line makes them so: percent, whole steps, logarithms, scores before the softmax.

In: numbers, shape (n, classes). Out: nothing, or a refusal that holds the line.
"""

import numpy as np

ROUNDED = 0.02  # how far from 1 the sum of 1000 probabilities may be: in half precision a network comes to 1 %


def numbers(p, whose, count=1000):
    """What was given as probabilities, as an array of float64; TypeError for what holds no real numbers."""
    try:
        p = np.asarray(p)
        if p.dtype.kind in "cSUMm":  # complex; texts, which NumPy would read as numbers; times
            raise TypeError
        return p.astype(float)
    except (TypeError, ValueError, AttributeError):
        raise TypeError(f"p does not hold numbers: wanted are the {count} probabilities of {whose}.") from None


def of_one_picture(p, count):
    """The probabilities of one picture, float64, (count,); raises TypeError or ValueError, one plain sentence, for all else."""
    p = numbers(p, f"one picture, ({count},)", count)
    if p.ndim == 2 and p.shape[1] == count:
        raise ValueError(f"p is a batch, of shape {p.shape}: give the answer for one picture of it, for example p[0].")
    if p.shape != (count,):
        raise ValueError(f"p has the shape {p.shape}: wanted are the {count} probabilities of one picture, ({count},).")
    check(p[np.newaxis])
    return p


def check(p):
    """Raises ValueError, with the line that converts it, where a row of p, (n, classes), holds no probabilities."""
    if not np.isfinite(p).all():
        raise ValueError("p holds values that are not numbers (NaN or infinite): look at what went into the network.")
    total = p.sum(axis=1)
    wrong = np.flatnonzero((p.min(axis=1) < -1e-6) | (p.max(axis=1) > 1.01) | (abs(total - 1) > ROUNDED))
    if not wrong.size:
        return
    row, total = p[wrong[0]], total[wrong[0]]
    came = f"A row of p goes from {row.min():.4g} to {row.max():.4g} and adds up to {total:.4g}, so it holds no probabilities"
    if not row.any():
        raise ValueError("A row of p holds nothing but 0, and probabilities add up to 1: look at what went into the network.")
    if row.min() >= 0 and abs(total - 100) < 100 * ROUNDED:
        raise ValueError(f"{came} but percent: give p / 100.")
    if row.min() >= 0 and row.max() <= 255 and (row == np.round(row)).all() and row.max() > 1:
        raise ValueError(f"{came} but whole steps, as a quantized network gives: give p / p.sum(axis=-1, keepdims=True).")
    if row.max() <= 1e-6 and abs(np.exp(row).sum() - 1) < ROUNDED:
        raise ValueError(f"{came} but their logarithms: give np.exp(p).")
    if row.min() >= 0 and row.max() <= 1.01:
        mend = "these are a part or a sum of some, and then p / p.sum(axis=-1, keepdims=True) helps"
        raise ValueError(f"{came}: {mend}, or a network's that asks of each class alone (sigmoid), which is not read here.")
    raise ValueError(f"{came} but, it seems, scores from before the softmax: give keras.ops.softmax(p).")
