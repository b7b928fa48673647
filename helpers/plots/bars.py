"""Bars that say what a step costs, how fast a way is, and how many there are.

In: numbers with their names. Out: a matplotlib figure with a text alternative.
"""

import itertools

import matplotlib
import numpy as np

from helpers.plots.style import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, STYLE, describe, new

COLOURS = [BLUE, ORANGE, GREEN, PURPLE, SKY]


@matplotlib.rc_context(STYLE)
def parts(milliseconds):
    """What one picture's time is made of: a dict from step to milliseconds, drawn as one bar, in the order of the steps."""
    total, start, said = sum(milliseconds.values()), 0, []
    figure = new(9.5, 2.4)
    axes = figure.subplots()
    for (name, value), colour in zip(milliseconds.items(), itertools.cycle(COLOURS)):
        axes.barh(0, value, left=start, color=colour, edgecolor="white", label=f"{name} {value:.1f}")
        start += value
        said.append(f"{name} {value:.1f} ms, {value / total:.0%}".replace("%", " %"))
    axes.set(yticks=[], xlim=(0, total), xlabel=f"milliseconds for one picture, {total:.0f} in all")
    axes.spines["left"].set_visible(False)
    axes.legend(ncols=3, fontsize=11, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1))
    most = max(milliseconds, key=milliseconds.get)
    return describe(figure, f"Of {total:.0f} ms for one picture most goes to this: {most}. In order: {'; '.join(said)}.")


@matplotlib.rc_context(STYLE)
def speeds(per_second, limit=None):
    """Pictures a second, a bar for each way: a dict from way to number. limit: a dashed line, what the machine could do."""
    figure = new(9.5, 0.55 * len(per_second) + 1.4)
    axes, values = figure.subplots(), list(per_second.values())
    drawn = axes.barh(range(len(values)), values, color=BLUE, height=0.65)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # the limit's line may run through
    axes.bar_label(drawn, [f"{value:.0f}, {value / values[0]:.1f} ×" for value in values], padding=6, bbox=box)
    if limit is not None:
        axes.axvline(limit, color=RED, linestyle="--", linewidth=1.5)
        axes.text(limit, -0.75, f"limit {limit:.0f} ", color=RED, ha="right", va="center")
    axes.set_yticks(range(len(values)), per_second)
    axes.set(xlim=(0, 1.2 * max([*values, limit or 0])), ylim=(len(values) - 0.5, -1), xlabel="pictures a second")
    said = "; ".join(f"{name} {value:.0f}" for name, value in per_second.items())
    top = "" if limit is None else f" The limit of this machine is {limit:.0f}."
    best = f"The last way is {values[-1] / values[0]:.1f} times as fast as the first"
    return describe(figure, f"{best}. Pictures a second: {said}.{top}")


@matplotlib.rc_context(STYLE)
def counts(numbers, unit):
    """How many there are of each: a dict from name to number, in its order. unit: what is counted, in the plural."""
    figure = new(9.5, 0.36 * len(numbers) + 0.9)
    axes, values = figure.subplots(), np.array(list(numbers.values()))
    drawn = axes.barh(range(len(values)), values, color=BLUE, height=0.7)
    axes.bar_label(drawn, padding=4, color=GREY)
    axes.set_yticks(range(len(values)), numbers)
    axes.set(ylim=(len(values) - 0.5, -0.5), xlim=(0, 1.1 * values.max()), xlabel=f"number of {unit}")
    said = ", ".join(f"{name} {value}" for name, value in numbers.items())
    return describe(figure, f"Number of {unit}: {said}.")
