"""The picture at the top of README is the one that the course draws now."""

import subprocess
import sys

import numpy as np
from checkout import ROOT
from PIL import Image

FIGURE = ROOT / "notebooks" / "figures" / "dog.png"


def test_the_picture_of_the_readme_is_what_the_course_draws(tmp_path):
    subprocess.run([sys.executable, ROOT / "tests" / "make" / "figures.py", tmp_path], check=True, capture_output=True)
    kept, drawn = Image.open(FIGURE), Image.open(tmp_path / "dog.png")
    assert kept.size == drawn.size == (990, 374)
    assert kept.text["Description"] == drawn.text["Description"]
    assert "German shepherd" in kept.text["Description"]
    # Not equal to the last bit: another processor may round a bar's length differently.
    difference = np.abs(np.asarray(kept.convert("RGB"), dtype=float) - np.asarray(drawn.convert("RGB"), dtype=float))
    assert difference.mean() < 1


def test_the_picture_of_the_readme_is_small_enough_for_a_page():
    assert FIGURE.stat().st_size < 500_000
