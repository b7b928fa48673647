"""How training goes: the loss, epoch by epoch.

In: numbers with their names. Out: a matplotlib figure with a text alternative.
"""

import matplotlib

from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, STYLE, describe, new

LINES = [(BLUE, "o"), (GREEN, "^"), (ORANGE, "s"), (RED, "D")]  # shape as well as colour


@matplotlib.rc_context(STYLE)
def losses(curves, start):
    """The loss of several trainings: a dict from title to one loss an epoch. start: the loss before, a dashed line.

    The axis is logarithmic: each line up is ten times the one below. The losses must be above 0.
    """
    figure = new(9.5, 4)
    axes = figure.subplots()
    axes.axhline(start, color=GREY, linestyle="--", linewidth=1.5, label=f"before: {start:.2g}")
    said = []
    for (title, values), (colour, mark) in zip(curves.items(), LINES):
        epochs = range(1, len(values) + 1)
        axes.plot(epochs, values, color=colour, marker=mark, markersize=8, linewidth=2, label=f"{title}: {values[-1]:.2g}")
        said.append(f"{title} {values[-1]:.2g}, {'above' if values[-1] > start else 'below'} it")
    axes.set(yscale="log", xticks=range(1, 1 + max(map(len, curves.values()))), xlabel="epoch")
    axes.set_ylabel("loss, each line up ten times more")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(axis="y", color=PALE, linewidth=0.6)
    axes.legend(fontsize=11, frameon=False, loc="upper left", bbox_to_anchor=(1, 1), title="loss in the last epoch")
    return describe(figure, f"The loss on the training photos. Before: {start:.2g}. In the last epoch: {'; '.join(said)}.")
