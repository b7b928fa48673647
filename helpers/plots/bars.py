"""Bars that say what a step costs, how fast a way is, how many there are, and how errors fell.

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
    """Pictures a second, a bar for each way: a dict from way to number. limit: a dashed line, the yardstick."""
    figure = new(9.5, 0.55 * len(per_second) + 1.4)
    axes, values = figure.subplots(), list(per_second.values())
    drawn = axes.barh(range(len(values)), values, color=BLUE, height=0.65)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}  # the limit's line may run through
    axes.bar_label(drawn, [f"{value:.0f}, {value / values[0]:.1f} ×" for value in values], padding=6, bbox=box)
    if limit is not None:
        axes.axvline(limit, color=RED, linestyle="--", linewidth=1.5)
        axes.text(limit, -0.75, f"yardstick {limit:.0f} ", color=RED, ha="right", va="center")
    axes.set_yticks(range(len(values)), per_second)
    axes.set(xlim=(0, 1.2 * max([*values, limit or 0])), ylim=(len(values) - 0.5, -1), xlabel="pictures a second")
    said = "; ".join(f"{name} {value:.0f}" for name, value in per_second.items())
    top = ""
    if limit is not None:
        side = "above" if values[-1] > limit else "below"
        top = f" The yardstick, reading and then computing, is {limit:.0f}: the last way is {side} it."
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


@matplotlib.rc_context(STYLE)
def errors(by_year, names):
    """How the error of a contest's winners fell: a dict from year to error, in %, and one from year to who it was, for some."""
    figure = new(9.5, 3.2)
    axes, values = figure.subplots(), list(by_year.values())
    drawn = axes.bar(range(len(values)), values, color=[ORANGE if year in names else SKY for year in by_year], width=0.7)
    written = [f"{names[year]}\n{value:.1f} %" if year in names else f"{value:.1f} %" for year, value in by_year.items()]
    axes.bar_label(drawn, written, padding=3, fontsize=11)
    axes.set_xticks(range(len(values)), by_year)
    axes.set(ylim=(0, 1.2 * max(values)), yticks=[0, 10, 20, 30], yticklabels=["0", "10 %", "20 %", "30 %"])
    axes.set_ylabel("top-5 error of the winner")
    said = [f"{year} {value:.1f} %" + (f" ({names[year]})" if year in names else "") for year, value in by_year.items()]
    fell = f"The winner's error fell from {values[0]:.1f} % to {values[-1]:.1f} %."
    return describe(figure, f"{fell} Year by year: {', '.join(said)}.")
