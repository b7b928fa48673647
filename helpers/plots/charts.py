"""Charts that set many answers side by side.

In: data that is ready. Out: a matplotlib figure with a text alternative.
Figures of one picture or one answer are in `one_picture`, those of several networks in `compared`.
"""

import matplotlib
import numpy as np
from matplotlib.patches import Rectangle

from helpers import labels
from helpers.machine.sentences import percent, plain
from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, STYLE, describe, drawable, new

MARKS = [(BLUE, "o"), (ORANGE, "s"), (RED, "D"), (GREEN, "^")]  # shape as well as colour


def _in_percent(axes):
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])


def framed(figure):
    """A thin frame around every picture of a figure, so that a white one is seen on a white page. Returns the figure."""
    for axes in figure.axes:
        axes.spines[:].set(visible=True, color=GREY, linewidth=1)
    return figure


@matplotlib.rc_context(STYLE)
def line_of_confidence(photos, predictions, titles, guesses=None):
    """Photos hung on one line from 0 to 100 %, each where its first guess stands. predictions: one `Prediction` a photo.

    A frame in each photo is the square in its middle, which is what `images.resize` crops and all that the network saw.
    guesses: what a learner expected, in %, by title; they stand below the line, each with a stroke to the answer.
    """
    figure, photos = new(9.5, 4.6 + 0.4 * len(guesses or {})), [drawable(photo) for photo in photos]
    axes = figure.subplots()
    order = sorted(range(len(photos)), key=lambda i: predictions[i].probability)
    guesses = {titles[i]: guesses[titles[i]] / 100 for i in order if titles[i] in (guesses or {})}
    free = [-1.0, -1.0, -1.0]  # how far each row is taken, from the left
    for i in order:
        share = predictions[i].probability
        row = min(range(len(free)), key=lambda r: (free[r] > share - 0.1, r))
        free[row] = share + 0.1
        (tall, long), height = photos[i].shape[:2], 0.34 + row * 0.95
        wide, side = min(1, long / tall), min(tall, long)
        axes.plot([share, share], [0, height], color=PALE, zorder=1)
        axes.plot(share, 0, "o", color=BLUE, markersize=9, clip_on=False, zorder=3)
        inset = axes.inset_axes((share - 0.075 * wide, height, 0.15 * wide, 0.62), transform=axes.transData, zorder=2)
        inset.imshow(photos[i])
        corner = (long - side) / 2 - 0.5, (tall - side) / 2 - 0.5
        inset.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=ORANGE, linewidth=2))
        inset.axis("off")
        text = f"{titles[i]}: {plain(predictions[i].name)} {percent(share)}"
        axes.text(
            share, height - 0.02, text, ha="center", va="top", fontsize=11, bbox={"facecolor": "white", "edgecolor": "none"}
        )
    top = 0.34 + 0.95 * (1 + max(r for r in range(3) if free[r] > 0)) - 0.25
    for place, (title, guess) in enumerate(guesses.items()):
        below, share = -0.22 * (place + 1), predictions[titles.index(title)].probability
        axes.plot([guess, share], [below, below], color=ORANGE, linewidth=2)
        axes.plot(guess, below, "s", color=ORANGE, markersize=8, clip_on=False, zorder=3)
        right = (guess > share) == (guess < 0.75)  # on the side away from the stroke, if there is room
        note = {"textcoords": "offset points", "ha": "left" if right else "right", "va": "center", "fontsize": 11}
        axes.annotate(
            f"your guess: {title}", (guess if (guess > share) == right else share, below), (8 if right else -8, 0), **note
        )
    if guesses:
        axes.axhline(0, color="black", linewidth=1, zorder=2)
    axes.set(xlim=(-0.04, 1.02), ylim=(-0.24 * len(guesses), top), yticks=[])
    _in_percent(axes)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("probability of the first guess; the frame is what the network saw")
    said = [f"{titles[i]} as {plain(predictions[i].name)}, {percent(predictions[i].probability)}" for i in order]
    yours = "".join(f" Your guess for the {title}: {percent(guess)}." for title, guess in guesses.items())
    return describe(figure, f"Photos on one line of confidence, from the least sure to the surest: {'; '.join(said)}.{yours}")


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
def damage(curves, right):
    """How the probability of the right class moves as a picture is damaged: a curve each, and the picture where it breaks.

    curves: a dict from title to (levels, pictures, p): a picture a level, and its probabilities, p of shape (levels, 1000).
    right: the place of the right class, 0 to 999. A curve breaks at the first level at which another class leads.
    """
    columns, said, name = 3, [], plain(labels.name(right))
    rows = -(-len(curves) // columns)
    figure = new(9.5, 5.2 * rows)
    grid = figure.subplots(2 * rows, columns, height_ratios=[1, 1.3] * rows, squeeze=False)
    for i, (title, (levels, pictures, p)) in enumerate(curves.items()):
        axes, below = grid[i // columns * 2, i % columns], grid[i // columns * 2 + 1, i % columns]
        shares, broken = p[:, right], np.flatnonzero(p.argmax(axis=1) != right)
        at = broken[0] if len(broken) else -1
        axes.plot(levels, shares, color=BLUE, marker="o", linewidth=2)
        axes.set(ylim=(-0.03, 1.03), yticks=[0, 0.5, 1], yticklabels=["0 %", "50 %", "100 %"])
        axes.set_title(title, fontsize=12)
        below.imshow(drawable(pictures[at]))
        below.set(xticks=[], yticks=[])
        below.spines[:].set_visible(False)
        if len(broken):
            leader = plain(labels.name(int(p[at].argmax())))
            axes.axvline(levels[at], color=RED, linestyle="--", linewidth=1.5)
            below.set_xlabel(f"at {levels[at]:g}: {leader}\n", fontsize=11)
            said.append(f"{title}: from {percent(shares[0])} to {percent(shares[at])} at {levels[at]:g}, then {leader}")
        else:
            below.set_xlabel(f"at {levels[at]:g}: still {name}\n", fontsize=11)
            said.append(f"{title}: still right at {levels[at]:g}, with {percent(shares[at])}")
    for axes in grid.ravel():
        if not axes.has_data():
            axes.axis("off")
    grid[0, 0].set_ylabel(f"probability of\n{name}")
    return describe(figure, f"Damage to one picture, and where the first guess turns wrong. {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def scores(shares, chance=None):
    """Shares of right answers, 0 to 1, a row for each title: a bar for one try, dots for several; chance: a dashed line."""
    figure = new(9.5, 0.6 * len(shares) + 1.3)
    axes, said = figure.subplots(), []
    several = max(map(len, shares.values())) > 1
    what = ": each try a dot, the mean a line" if several else ""
    for row, (title, tries) in enumerate(shares.items()):
        if several:
            axes.plot(tries, np.full(len(tries), row), "o", color=BLUE, alpha=0.35, markersize=8)
            axes.plot(np.mean(tries), row, "|", color=RED, markersize=22, markeredgewidth=3)
        else:
            axes.bar_label(axes.barh(row, tries, height=0.6, color=BLUE), [percent(tries[0])], padding=4)
        span = f", from {percent(min(tries))} to {percent(max(tries))}" if len(tries) > 1 else ""
        said.append(f"{title} {percent(np.mean(tries))}{span}")
    if chance is not None:
        axes.axvline(chance, color=GREY, linestyle="--", linewidth=1.5)
    axes.set_yticks(range(len(shares)), shares)
    axes.set(xlim=(0, 1.03), ylim=(len(shares) - 0.5, -0.5), xlabel=f"right answers{what}")
    _in_percent(axes)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    return describe(figure, f"Shares of right answers{', the mean of the tries' if several else ''}: {'; '.join(said)}.")
