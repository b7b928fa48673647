"""Charts for who decides which answers to give: what silence buys, and what is like nothing that was learned. Lesson 15.

In: data that is ready. Out: a matplotlib figure with a text alternative.
"""

import matplotlib
import numpy as np

from helpers.machine.sentences import percent
from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PALE, STYLE, describe, new

MARKS = [(BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", ":")]  # shape and line as well as colour


@matplotlib.rc_context(STYLE)
def risk_and_coverage(curves):
    """How many of the answers given are wrong, against how many photos get one: a line for each way to decide.

    curves: a dict from title to a list of (coverage, risk), shares from 0 to 1, one for each threshold, from low to high.
    """
    figure = new(9.5, 4.8)
    axes, said = figure.subplots(), []
    for (title, points), (colour, mark, line) in zip(curves.items(), MARKS):
        coverage, risk = np.array(points).T
        axes.plot(coverage, risk, line, marker=mark, color=colour, linewidth=2, markersize=6, label=title)
        ends = f"from {percent(risk[0])} wrong of {percent(coverage[0])} to {percent(risk[-1])} of {percent(coverage[-1])}"
        said.append(f"{title} {ends}")
    highest = max(risk for points in curves.values() for _, risk in points)
    axes.set(xlim=(0, 1.03), ylim=(-0.01, highest + 0.05))
    axes.set(xlabel="coverage: photos that get an answer", ylabel="risk: wrong ones\namong these answers")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    axes.grid(color=PALE, linewidth=0.6)
    axes.legend(fontsize=11, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    safest = min(curves, key=lambda title: np.mean([risk for _, risk in curves[title]]))
    farthest = max(curves, key=lambda title: max(coverage for coverage, _ in curves[title]))
    finding = f"The fewest wrong: {safest}. The most photos: {farthest}."
    return describe(figure, f"{finding} Risk against coverage, from the lowest threshold to the highest: {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def known_and_strangers(groups, sure, alike):
    """A dot a photo: how sure the first guess is, and how like the nearest learned photo the photo is.

    groups: a dict from title to a list of (probability, likeness). sure, alike: the two thresholds, dashed lines.
    """
    figure = new(9.5, 4.8)
    axes, said = figure.subplots(), []
    for (title, points), (colour, mark, _) in zip(groups.items(), MARKS):
        across, up = np.array(points).T
        axes.plot(across, up, mark, color=colour, alpha=0.8, markersize=8, linestyle="", label=f"{title} ({len(points)})")
        counts = f"{(across >= sure).sum()} are sure enough, {(up >= alike).sum()} like enough"
        said.append(f"of {len(points)} {title} {counts}")
    axes.axvline(sure, color=GREY, linestyle="--", linewidth=1.5)
    axes.axhline(alike, color=GREY, linestyle="--", linewidth=1.5)
    axes.set(xlim=(0, 1.03), xlabel="probability of the first guess", ylabel="likeness to the\nnearest learned photo")
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    axes.legend(fontsize=11, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return describe(figure, f"Photos by their probability and by their likeness: {'; '.join(said)}.")
