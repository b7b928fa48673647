"""Says whether this machine is ready for the course, one line a check.

    python -m helpers.doctor

In: nothing. Out: lines that begin with [ OK ] or [FAIL], each failure with what to do, and a verdict; exit code 0 or 1.
"""

import csv
import hashlib
import os
import shutil
import sys

from helpers.machine import environment, places, sentences, web
from helpers.machine import packages as libraries

DISK, MEMORY = 2, 3  # GB free: for the lessons and, if wanted, the big networks' weights; the lessons but 09 need under 3


def python():
    """Whether this Python is one that TensorFlow serves."""
    version = ".".join(map(str, sys.version_info[:3]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return False, f"Python {version}: install 3.11, 3.12 or 3.13"
    return True, f"Python {version}"


def settings():
    """Whether Keras and TensorFlow are set as the course needs them; what the course sets right for itself is named, too."""
    wrong = environment.refused(places.NOTEBOOKS)  # where the lessons run
    said = wrong + environment.set_right()
    return not wrong, "settings: " + (" ".join(said) or "as the course needs them")


def packages():
    """Whether every package of the core install is here, and new enough."""
    wrong, found = libraries.installed()
    if wrong:
        return False, f"packages: {'; '.join(wrong)}: run `make lab`, or in Colab take the newest runtime"
    return True, f"packages: {', '.join(found)}"


def data():
    """Whether every picture, network and table of the course is here and unchanged."""
    with open(places.DATA / "PROVENANCE.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = []
    for row in rows:
        path = places.DATA / row["file"]
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
            wrong.append(row["file"])
    others = [f"networks/efficientnet_lite{variant}.npz" for variant in "012"] + ["imagenet/imagenet_class_index.json"]
    wrong += [name for name in others if not (places.DATA / name).exists()]
    if wrong:
        return False, f"data: missing or changed: {', '.join(wrong[:3])}: fetch or clone the course again"
    return True, f"data: {len(rows)} pictures, 3 networks, 1000 class names"


def disk():
    """Whether there is room for weights in Keras' folder, and leave to write there."""
    folder = sentences.fit(str(places.keras() / "models"))
    place = places.keras() / "models"
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK):
        return False, f"disk: {folder} cannot be written: set KERAS_HOME to a folder of your own"
    free = shutil.disk_usage(place).free / 2**30
    return free >= DISK, f"disk: {free:.1f} GB free for {folder}" + ("" if free >= DISK else f": make room for {DISK} GB")


def memory():
    """Whether there is memory for the largest lesson."""
    import psutil  # comes with Jupyter's kernel

    free = psutil.virtual_memory().available / 2**30
    return free >= MEMORY, f"memory: {free:.1f} GB available" + (
        "" if free >= MEMORY else f" of {MEMORY} wanted: close other programs"
    )


def trained_values():
    """Which networks are here with their own weights; one that is not has a stand-in, so this never fails."""
    from helpers import weights
    from helpers.cards import CARDS, COURSE

    here = [name for name, card in CARDS.items() if card.weights is None or weights.find(card.weights)]
    others = [f"{CARDS[name].stand_in} stands in for {name}" for name in COURSE if name not in here]
    return True, f"weights: {', '.join(here)}" + (f"; {', '.join(others)}" if others else "")


def internet():
    """Whether the official weights could be fetched; the lessons run without, so this never fails."""
    from helpers import weights
    from helpers.cards import CARDS

    if weights.offline():
        return True, "internet: not asked, since WEIGHTS_OFFLINE is set; the lessons run without"
    there = web.reachable(web.host(CARDS["VGG16"].weights.address))
    return True, "internet: the official weights can be fetched" if there else "internet: none; the lessons run without"


def first_prediction():
    """Whether the whole pipe gives the known answer for a known photo."""
    from helpers import images, models

    guess = models.classify(images.load("dog.jpg"), "EfficientNet-Lite0", top=1)[0]
    if guess.name != "German_shepherd" or guess.probability < 0.9:
        return False, f"first prediction: {guess.name} at {guess.probability:.2f}, not the known answer: clone the course again"
    return True, f"first prediction: {guess.name}, {guess.probability:.2f}"


CHECKS = (python, settings, packages, data, disk, memory, trained_values, internet, first_prediction)


def examine():
    """Runs every check and prints a line for each. Returns True where the machine is ready."""
    ready = True
    for check in CHECKS:
        try:
            good, line = check()
        except Exception as problem:  # one broken check must not hide the others
            what = "see the lines above" if not ready else sentences.fit(f"{type(problem).__name__}: {problem}")
            good, line = False, f"{check.__name__.replace('_', ' ')}: {what}"
        ready &= good
        print("[ OK ]" if good else "[FAIL]", line)
    print("Ready." if ready else "Not ready: do what the [FAIL] lines say, then run this again.")
    return ready


if __name__ == "__main__":
    sys.exit(0 if examine() else 1)
