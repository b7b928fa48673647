"""Every figure of the course: data that is ready goes in, a matplotlib figure with a text alternative comes out.

style: colours, an empty figure, the text alternative. one_picture and icicle: figures of one answer, `plots.prediction` and so
on, in every lesson. charts: many answers side by side (08, 11, 12). compared: networks (09). maps: a collection (11). bars:
what a step costs, how fast a way is (11, 13), how errors fell (01). diagrams: how things are built (01, 05, 06, 12). sliding: a
convolution (05, 14). learning: losses (12). deciding: risk against coverage, and strangers (15).
"""

from helpers.machine.sentences import percent, plain
from helpers.plots import bars, charts, compared, deciding, diagrams, learning, maps, sliding
from helpers.plots.icicle import nouns, tree
from helpers.plots.one_picture import heat, histograms, numbers, pictures, prediction, probabilities, sheets
from helpers.plots.style import BLUE, ORANGE, SKY, describe

__all__ = [
    "BLUE", "ORANGE", "SKY", "bars", "charts", "compared", "deciding", "describe", "diagrams", "heat", "histograms", "learning",
    "maps", "nouns", "numbers", "percent", "pictures", "plain", "prediction", "probabilities", "sheets", "sliding", "tree",
]  # fmt: skip
