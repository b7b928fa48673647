"""A folder with pictures under awkward names, bad files among them; and how two tables are compared."""

import shutil

import numpy as np

from helpers import images


def fill(album):
    """Puts twelve good pictures in two folders there, four bad files, and files that are no pictures or hidden."""
    (album / "below").mkdir()
    good = sorted(images.PHOTOS.glob("*.jpg"))[:12]
    names = ["a,b.jpg", 'quote".jpg', "line\nend.jpg", "tag<script>.jpg", "ünï.jpg", "=1+1.jpg", "_camera.jpg"]
    for i, file in enumerate(good):
        shutil.copy(file, album / (names[i] if i < len(names) else f"below/{file.name}"))
    (album / "empty.jpg").touch()
    (album / "text.png").write_text("not a picture")
    (album / "cut.jpg").write_bytes(good[0].read_bytes()[:2000])
    (album / "below" / "noise.gif").write_bytes(np.random.default_rng(0).bytes(500))
    (album / "notes.txt").write_text("notes")
    (album / "._hidden.jpg").write_bytes(b"hidden")
    return album


def same(one, other):
    """Asserts that two tables say the same."""
    exact = [name for name in other.columns if not name.startswith("probability_")]
    assert list(one.columns) == list(other.columns)
    assert one[exact].astype(str).equals(other[exact].astype(str))
    for name in set(other.columns) - set(exact):
        assert np.allclose(one[name], other[name], atol=1e-5, equal_nan=True)
