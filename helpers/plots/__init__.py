"""Every figure of the course: data that is ready goes in, a matplotlib figure with a text alternative comes out.

style: colours, an empty figure, the text alternative. one_picture and icicle: figures of one answer, `plots.prediction` and so
on, in every lesson. charts: many answers side by side (08, 09, 11). maps: a collection (11). bars: what a step costs, how fast
a way is (11, 13). diagrams: how things are built (01, 05, 06, 12).
"""

from helpers.machine.sentences import percent, plain
from helpers.plots import bars, charts, diagrams, maps
from helpers.plots.icicle import tree
from helpers.plots.one_picture import heat, histograms, numbers, pictures, prediction, probabilities
from helpers.plots.style import BLUE, ORANGE, SKY, describe

__all__ = [
    "BLUE", "ORANGE", "SKY", "bars", "charts", "describe", "diagrams", "heat", "histograms", "maps", "numbers", "percent",
    "pictures", "plain", "prediction", "probabilities", "tree",
]  # fmt: skip
