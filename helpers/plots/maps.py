"""Maps of a collection: where each photo lies among the others, and which class was taken for which.

In: data that is ready. Out: a matplotlib figure with a text alternative.
"""

import matplotlib
import numpy as np

from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, STYLE, describe, drawable, new


@matplotlib.rc_context(STYLE)
def photo_map(points, photos, labels, names):
    """Photos as thumbnails on a map, framed in the colour of their class. points: (n, 2). labels: a whole number each."""
    from matplotlib.lines import Line2D
    from matplotlib.offsetbox import AnnotationBbox, OffsetImage

    colours = [BLUE, ORANGE, GREEN, RED, SKY, PURPLE, GREY, "black"]
    figure = new(9.5, 6.6)
    axes = figure.subplots()
    points, labels = np.asarray(points), np.asarray(labels)
    axes.scatter(*points.T, s=0)
    counts = np.bincount(labels)
    for i in np.argsort(-counts[labels], kind="stable"):  # rare classes last, so that they lie on top of the heap
        point, photo, label = points[i], drawable(photos[i]), labels[i]
        frame = {"edgecolor": colours[label % len(colours)], "linewidth": 2.5}
        axes.add_artist(AnnotationBbox(OffsetImage(photo, zoom=34 / len(photo)), point, frameon=True, pad=0.1, bboxprops=frame))
    marks = [
        Line2D([], [], marker="s", linestyle="", markersize=10, color=colours[i % len(colours)]) for i in range(len(names))
    ]
    axes.legend(marks, names, fontsize=11, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    axes.set(xticks=[], yticks=[])
    distance = np.linalg.norm(points[:, None] - points[None], axis=-1) + np.diag([np.inf] * len(points))
    same = (labels[distance.argmin(axis=1)] == labels).sum()
    return describe(figure, f"A map of {len(points)} photos: for {same} of them the nearest photo is of the same class.")


@matplotlib.rc_context(STYLE)
def confusion(truth, answers, names):
    """How often each class was taken for each, a row for each true class; what is right lies on the diagonal."""
    table = np.zeros((len(names), len(names)), int)
    np.add.at(table, (np.asarray(truth), np.asarray(answers)), 1)
    figure = new(6.5, 5)
    axes = figure.subplots()
    axes.imshow(table / table.sum(axis=1, keepdims=True).clip(1), cmap="viridis", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        light = count > 0.42 * table[row].sum()
        axes.text(column, row, str(count), ha="center", va="center", color="black" if light else "white")
    axes.set_xticks(range(len(names)), names, rotation=30, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="answer", ylabel="truth")
    wrong = [
        (table[i, j], f"{names[i]} as {names[j]} {table[i, j]}") for i, j in np.ndindex(table.shape) if i != j and table[i, j]
    ]
    said = ", ".join(text for _, text in sorted(wrong, reverse=True)) or "none"
    return describe(figure, f"Of {table.sum()} photos {np.trace(table)} are named rightly. The mistakes: {said}.")
