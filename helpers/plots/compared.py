"""Charts that set networks side by side: how fast, how large, how often right.

In: data that is ready. Out: a matplotlib figure with a text alternative. Their axes count in steps of times, not of
plus, since the slowest network takes many times as long as the fastest; the words under the axis say so.
"""

import matplotlib
import numpy as np
from matplotlib.ticker import LogLocator

from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, STYLE, describe, new

MARKS = [(BLUE, "o"), (ORANGE, "s"), (RED, "D"), (GREEN, "^")]  # shape as well as colour
AXIS = "(each mark is 2 or 2.5 times the one before)"


def _in_milliseconds(axes):
    """Plain numbers on an axis that counts in powers of ten."""
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


def _free_places(across, up, radii, texts):
    """Where the text of each disc goes, beside, above or below it: (shift in points, ha, va), the first place that is free.

    across, up: the middles of the discs, in points. radii: in points. A letter is taken to be 6.5 points wide and 14 high.
    """
    taken = [(x - r, y - r, x + r, y + r) for x, y, r in zip(across, up, radii)]
    places = []
    for x, y, r, text in zip(across, up, radii, texts):
        long, gap = 6.5 * len(text), r + 4
        tried = {
            ((gap, 0), "left", "center"): (x + gap, y - 7, x + gap + long, y + 7),
            ((-gap, 0), "right", "center"): (x - gap - long, y - 7, x - gap, y + 7),
            ((0, gap), "center", "bottom"): (x - long / 2, y + gap, x + long / 2, y + gap + 14),
            ((0, -gap), "center", "top"): (x - long / 2, y - gap - 14, x + long / 2, y - gap),
        }
        if x < np.median(across):  # the texts of those at the left rather point to the left
            tried = dict(sorted(tried.items(), key=lambda place: place[0][1] != "right"))
        inside = {place: box for place, box in tried.items() if box[0] > 0 and box[2] < 600} or tried
        place = min(inside, key=lambda place: sum(_overlap(inside[place], other) for other in taken))
        taken.append(inside[place])
        places.append(place)
    return places


def _overlap(one, other):
    """The area that two boxes (left, bottom, right, top) have in common."""
    wide, high = (min(one[i + 2], other[i + 2]) - max(one[i], other[i]) for i in (0, 1))
    return max(wide, 0) * max(high, 0)


@matplotlib.rc_context(STYLE)
def trade_off(names, seconds, right, sizes):
    """Accuracy against time against size: a disc for each network, its area being its file.

    names: of the networks; seconds: for one picture; right: published top-1 accuracy, in %; sizes: of the files, in MB.
    """
    figure = new(9.5, 5.4)
    axes = figure.subplots()
    radii = np.sqrt(np.array(sizes) * 6 / np.pi)  # points
    axes.scatter(np.array(seconds) * 1000, right, s=np.array(sizes) * 6, color=BLUE, alpha=0.35, edgecolor=BLUE, linewidth=1.5)
    axes.plot(np.array(seconds) * 1000, right, "o", color=BLUE, markersize=4)
    low, high = min(seconds) * 1000 / 4, max(seconds) * 1000 * 3.5
    axes.set(xscale="log", xlim=(low, high), ylim=(min(right) - 2.5, max(right) + 2.5))
    _in_milliseconds(axes)
    texts = [f"{name}, {size:.0f} MB" for name, size in zip(names, sizes)]
    across = 600 * np.log(np.array(seconds) * 1000 / low) / np.log(high / low)  # points, as wide and high as the axes about are
    up = 300 * (np.array(right) - min(right) + 2.5) / (max(right) - min(right) + 5)
    for text, time, top1, (shift, ha, va) in zip(texts, seconds, right, _free_places(across, up, radii, texts)):
        note = {"textcoords": "offset points", "ha": ha, "va": va, "fontsize": 11}
        axes.annotate(text, (time * 1000, top1), shift, **note)
    axes.set(
        xlabel=f"milliseconds for one picture, measured on this machine\n{AXIS}", ylabel="published: right first guesses, %"
    )
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
    figure = new(9.5, 0.55 * len(names) + 1.8)
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
    axes.set(xscale="log", xlabel=f"milliseconds a picture: every run pale, the median strong\n{AXIS}")
    _in_milliseconds(axes)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.legend(fontsize=11, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    order = np.argsort([np.median(seconds) for seconds in next(iter(series.values()))])
    most = f"{names[order[-1]]} is the slowest, {names[order[0]]} the fastest."
    return describe(figure, f"{most} Milliseconds a picture, the median of several runs: {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def years(table, marked):
    """Published accuracy against weights and against work: a dot for each network, coloured by its year; some have their names.

    table: a pandas table with a row for each network, by name, and the columns "year", "million weights", "billion
    multiply-adds" and "top-1, %". marked: the names of those that are drawn large, with their names.
    """
    figure, right = new(10.5, 4.9), table["top-1, %"]
    for axes, column in zip(figure.subplots(1, 2, sharey=True), ["million weights", "billion multiply-adds"]):
        across = table[column]
        dots = axes.scatter(across, right, c=table["year"], cmap="viridis_r", s=42, edgecolor="white", linewidth=0.6, zorder=2)
        axes.plot(
            across[marked], right[marked], "D", markersize=12, markerfacecolor="none", markeredgecolor=RED, markeredgewidth=2
        )
        for name in marked:
            place, ha = (
                ((20, -48), "left") if right[name] == right[marked].max() else ((-16, -28), "right")
            )  # where it is empty
            line = {"arrowstyle": "-", "color": GREY, "shrinkB": 7}
            note = {"textcoords": "offset points", "ha": ha, "color": RED, "fontsize": 11, "arrowprops": line}
            axes.annotate(name, (across[name], right[name]), place, **note)
        axes.set(xscale="log", xlabel=f"{column}\n(each mark is 10 times the one before)")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.grid(color=PALE, linewidth=0.6, zorder=0)
    figure.axes[0].set_ylabel("published: right first guesses, %")
    first, last = int(table["year"].min()), int(table["year"].max())
    figure.colorbar(dots, ax=figure.axes, label="year", ticks=range(first, last + 1, 2))
    by_year = table.groupby("year")["top-1, %"].max()
    said = [f"{name}: {right[name]:.1f} %, {table['million weights'][name]:.0f} million weights" for name in marked]
    text = f"The best of each year: {', '.join(f'{year} {best:.1f} %' for year, best in by_year.items())}. {'; '.join(said)}."
    return describe(figure, f"{len(table)} networks of {first} to {last}, accuracy against weights and against work. {text}")
