"""Draws the picture at the top of README: the dog and its five bars.  python tests/make/figures.py [FOLDER]"""

import pathlib
import sys

from checkout import ROOT

sys.path.insert(0, str(ROOT))

from helpers import images, models, plots  # noqa: E402


def main(folder=ROOT / "notebooks" / "figures"):
    photo = images.load("dog.jpg")
    figure = plots.prediction(photo, models.classify(photo, "EfficientNet-Lite0"), "What is in this picture?")
    file = pathlib.Path(folder) / "dog.png"
    figure.savefig(file, dpi=110, facecolor="white", metadata={"Description": figure.get_label()})
    print(file.name, "shows", figure.get_label())


if __name__ == "__main__":
    main(*sys.argv[1:])
