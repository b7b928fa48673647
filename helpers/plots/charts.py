"""Charts that set many answers, or many networks, side by side.

In: data that is ready. Out: a matplotlib figure with a text alternative.
Figures of one picture or one answer are in `one_picture`.
"""

import matplotlib
import numpy as np
from matplotlib.ticker import LogLocator

from helpers.machine.sentences import percent, plain
from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, STYLE, describe, drawable, new

MARKS = [(BLUE, "o"), (ORANGE, "s"), (RED, "D"), (GREEN, "^")]  # shape as well as colour


def _in_percent(axes):
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])


def _in_milliseconds(axes):
    """Plain numbers on an axis that counts in powers of ten."""
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


@matplotlib.rc_context(STYLE)
def line_of_confidence(photos, predictions, titles):
    """Photos hung on one line from 0 to 100 %, each where its first guess stands. predictions: one `Prediction` a photo."""
    figure, photos = new(9.5, 4.6), [drawable(photo) for photo in photos]
    axes = figure.subplots()
    order = sorted(range(len(photos)), key=lambda i: predictions[i].probability)
    free = [-1.0, -1.0, -1.0]  # how far each row is taken, from the left
    for i in order:
        share = predictions[i].probability
        row = min(range(len(free)), key=lambda r: (free[r] > share - 0.1, r))
        free[row] = share + 0.1
        height, wide = 0.34 + row * 0.95, min(1, photos[i].shape[1] / photos[i].shape[0])
        axes.plot([share, share], [0, height], color=PALE, zorder=1)
        axes.plot(share, 0, "o", color=BLUE, markersize=9, clip_on=False, zorder=3)
        inset = axes.inset_axes((share - 0.075 * wide, height, 0.15 * wide, 0.62), transform=axes.transData, zorder=2)
        inset.imshow(photos[i])
        inset.axis("off")
        text = f"{titles[i]}: {plain(predictions[i].name)} {percent(share)}"
        axes.text(
            share, height - 0.02, text, ha="center", va="top", fontsize=11, bbox={"facecolor": "white", "edgecolor": "none"}
        )
    axes.set(xlim=(-0.04, 1.02), ylim=(0, 0.34 + 0.95 * (1 + max(r for r in range(3) if free[r] > 0)) - 0.25))
    axes.set(yticks=[])
    _in_percent(axes)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("probability of the first guess")
    said = [f"{titles[i]} as {plain(predictions[i].name)}, {percent(predictions[i].probability)}" for i in order]
    return describe(figure, f"Photos on one line of confidence, from the least sure to the surest: {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def dots(groups, name_above=0.5):
    """One dot a photo on a line of confidence, a row for each group; in all rows but the first the sure ones are named.

    groups: a dict from the group's title to a list of (probability, name). name_above: from which probability on.
    """
    figure = new(9.5, 1.5 * len(groups) + 0.6)
    axes = figure.subplots()
    for row, (members, (colour, mark)) in enumerate(zip(groups.values(), MARKS)):
        taken, named = [], []
        for share, name in sorted(members):
            level = sum(abs(share - other) < 0.017 for other in taken)
            taken.append(share)
            axes.plot(share, row - 0.11 * level, mark, color=colour, markersize=9, alpha=0.9)
            if row and share >= name_above:
                level = min(set(range(9)) - {below for other, below in named if share - other < 0.12})
                named.append((share, level))
                axes.text(share, row + 0.1 + 0.16 * level, name, ha="center", va="top", fontsize=11)
    axes.set_yticks(range(len(groups)), [f"{title}\n({len(members)} photos)" for title, members in groups.items()])
    axes.set(xlim=(0, 1.03), ylim=(len(groups) - 0.4, -0.6), xlabel="probability of the first guess")
    _in_percent(axes)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    said = []
    for title, members in groups.items():
        shares = sorted(share for share, _ in members)
        span = (
            f", from {percent(shares[0])} to {percent(shares[-1])}, half of them above {percent(np.median(shares))}"
            if shares
            else ""
        )
        said.append(f"{title}: {len(members)} photos{span}")
    share, name = max(list(groups.values())[-1], default=(0, "none"))
    surest = f"The surest of the last row is {name}, {percent(share)}."
    return describe(figure, f"How sure the first guess is, a dot for each photo. {'; '.join(said)}. {surest}")


@matplotlib.rc_context(STYLE)
def damage(curves, name):
    """How the probability of the right class moves as a picture is damaged: a curve each, and the picture where it breaks.

    curves: a dict from title to (levels, probabilities, place where it breaks or None, picture there, what it is taken for).
    name: of the right class.
    """
    columns, said = 3, []
    rows = -(-len(curves) // columns)
    figure = new(9.5, 5.0 * rows)
    grid = figure.subplots(2 * rows, columns, height_ratios=[1, 1.3] * rows, squeeze=False)
    for i, (title, (levels, shares, broken, picture, taken_for)) in enumerate(curves.items()):
        axes, below = grid[i // columns * 2, i % columns], grid[i // columns * 2 + 1, i % columns]
        axes.plot(levels, shares, color=BLUE, marker="o", linewidth=2)
        axes.set(ylim=(-0.03, 1.03), yticks=[0, 0.5, 1], yticklabels=["0", "50 %", "100 %"])
        axes.set_title(title, fontsize=12)
        below.imshow(drawable(picture))
        below.set(xticks=[], yticks=[])
        if broken is None:
            below.set_xlabel(f"at {levels[-1]:g}: still {plain(name)}", fontsize=11)
            said.append(f"{title}: still right at {levels[-1]:g}, with {percent(shares[-1])}")
        else:
            axes.axvline(levels[broken], color=RED, linestyle="--", linewidth=1.5)
            below.set_xlabel(f"at {levels[broken]:g}: {plain(taken_for)}", fontsize=11)
            fall = f"from {percent(shares[0])} to {percent(shares[broken])} at {levels[broken]:g}"
            said.append(f"{title}: {fall}, then {plain(taken_for)}")
    for axes in grid.ravel():
        if not axes.has_data():
            axes.axis("off")
    grid[0, 0].set_ylabel(f"probability of\n{plain(name)}")
    return describe(figure, f"Damage to one picture, and where the first guess turns wrong. {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def trade_off(names, seconds, right, sizes):
    """Accuracy against time against size: a disc for each network, its area being its file.

    names: of the networks; seconds: for one picture; right: published top-1 accuracy, in %; sizes: of the files, in MB.
    """
    figure = new(9.5, 5.4)
    axes = figure.subplots()
    axes.scatter(np.array(seconds) * 1000, right, s=np.array(sizes) * 6, color=BLUE, alpha=0.35, edgecolor=BLUE, linewidth=1.5)
    axes.plot(np.array(seconds) * 1000, right, "o", color=BLUE, markersize=4)
    for name, time, top1, size in zip(names, seconds, right, sizes):
        side = 1 if time > np.sqrt(min(seconds) * max(seconds)) else -1
        shift = side * (np.sqrt(size * 6 / np.pi) + 5)  # points: just outside the disc
        note = {"textcoords": "offset points", "ha": "left" if side > 0 else "right", "va": "center", "fontsize": 11}
        axes.annotate(f"{name}, {size:.0f} MB", (time * 1000, top1), (shift, 0), **note)
    low, high = min(seconds) * 1000 / 4, max(seconds) * 1000 * 3.5
    axes.set(xscale="log", xlim=(low, high), ylim=(min(right) - 2.5, max(right) + 2.5))
    _in_milliseconds(axes)
    axes.set(xlabel="milliseconds for one picture, measured on this machine", ylabel="published: right first guesses, %")
    axes.grid(color=PALE, linewidth=0.6)
    said = [f"{n} {t * 1000:.0f} ms, {r:.1f} %, {s:.0f} MB" for n, t, r, s in zip(names, seconds, right, sizes)]
    most = f"{names[int(np.argmax(sizes))]} is the largest, {names[int(np.argmax(seconds))]} the slowest"
    most += f", {names[int(np.argmin(right))]} the least accurate, {names[int(np.argmax(right))]} the most accurate"
    return describe(figure, f"{most}. Time, published accuracy and file size: {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def times(names, series):
    """Milliseconds a picture, each run a pale mark and the median a strong one.

    series: a dict from title to a list with the runs of each network, in seconds a picture.
    """
    figure = new(9.5, 0.55 * len(names) + 1.5)
    axes, said = figure.subplots(), []
    offset = np.linspace(-0.17, 0.17, len(series))
    for (title, runs), (colour, mark), shift in zip(series.items(), MARKS, offset):
        for row, seconds in enumerate(runs):
            milliseconds = np.array(seconds) * 1000
            axes.plot(milliseconds, np.full(len(seconds), row + shift), mark, color=colour, alpha=0.3, markersize=6)
            label = title if row == 0 else None
            axes.plot(np.median(milliseconds), row + shift, mark, color=colour, markersize=9, label=label)
        middle = [f"{name} {1000 * np.median(s):.0f}" for name, s in zip(names, runs)]
        said.append(f"{title}: {', '.join(middle)}")
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xscale="log", xlabel="milliseconds a picture: every run pale, the median strong")
    _in_milliseconds(axes)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.legend(fontsize=11, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    order = np.argsort([np.median(seconds) for seconds in next(iter(series.values()))])
    most = f"{names[order[-1]]} is the slowest, {names[order[0]]} the fastest."
    return describe(figure, f"{most} Milliseconds a picture, the median of several runs: {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def scores(shares, chance=None):
    """Shares of right answers, 0 to 1, a row for each title and a mark for each try; chance: a dashed line."""
    figure = new(9.5, 0.6 * len(shares) + 1.3)
    axes, said = figure.subplots(), []
    for row, (title, tries) in enumerate(shares.items()):
        axes.plot(tries, np.full(len(tries), row), "o", color=BLUE, alpha=0.35, markersize=8)
        axes.plot(np.mean(tries), row, "|", color=RED, markersize=22, markeredgewidth=3)
        span = f", from {percent(min(tries))} to {percent(max(tries))}" if len(tries) > 1 else ""
        said.append(f"{title} {percent(np.mean(tries))}{span}")
    if chance is not None:
        axes.axvline(chance, color=GREY, linestyle="--", linewidth=1.5)
    axes.set_yticks(range(len(shares)), shares)
    axes.set(xlim=(0, 1.03), ylim=(len(shares) - 0.5, -0.5), xlabel="right answers: each try a dot, the mean a line")
    _in_percent(axes)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    return describe(figure, f"Shares of right answers, the mean of the tries: {'; '.join(said)}.")
