"""What happens to a picture: each change does what it says and no more; the normalizations, and what a network sees of them."""

import numpy as np
import pytest

from helpers import images
from helpers.normalizing import normalize
from helpers.widgets import changes


@pytest.fixture(scope="module")
def photo():
    return images.resize(images.load("dog.jpg"), 224)


@pytest.mark.parametrize(
    "change, nothing, something",
    [
        (changes.mirrored, False, True),
        (changes.turned, 0, 30),
        (changes.brightened, 1, 0.5),
        (changes.blurred, 0, 3),
        (changes.noisy, 0, 20),
        (changes.covered, 0, 0.2),
        (changes.shrunk, 0, 0.5),
        (changes.in_pieces, 1, 7),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_change_of_nothing_changes_nothing_and_the_argument_stays_as_it_was(photo, change, nothing, something):
    before = photo.copy()
    assert np.array_equal(change(photo, nothing), photo)
    changed = change(photo, something)
    assert changed.shape == photo.shape and changed.dtype == np.uint8
    assert not np.array_equal(changed, photo) and np.array_equal(photo, before)
    assert np.array_equal(changed, change(photo, something)), "the same each time"


def test_each_change_is_what_its_name_says(photo):
    assert np.array_equal(changes.mirrored(changes.mirrored(photo)), photo)
    assert np.array_equal(changes.turned(photo, 90), np.rot90(photo))
    assert changes.brightened(np.full((1, 1, 3), 100, "uint8"), 3).max() == 255
    assert np.array_equal(changes.brightened(photo, 0.5), photo // 2)
    assert changes.blurred(photo, 5).std() < photo.std()
    grey = np.full((224, 224, 3), 127, "uint8")
    assert abs(changes.noisy(grey, 20).std() - 20) < 0.5


@pytest.mark.parametrize("part", [0.01, 0.2, 0.9, 1])
@pytest.mark.parametrize("across, down", [(0.5, 0.5), (0, 0), (1, 0.3)])
def test_the_square_covers_that_part_and_stays_inside(part, across, down):
    covered = changes.covered(np.full((200, 200, 3), 255, "uint8"), part, across, down)
    rows, columns = np.nonzero(covered[:, :, 0] == 0)
    assert abs(len(rows) / 200**2 - part) < 0.01
    assert np.ptp(rows) == np.ptp(columns), "a square"
    assert columns.max() == 199 or across < 1
    if part == 0.01:
        middle = (columns.min() + 9.5) / 200, (rows.min() + 9.5) / 200
        assert np.allclose(middle, np.clip((across, down), 0.05, 0.95), atol=0.01)


def test_the_square_fits_a_picture_that_is_none():
    covered = changes.covered(np.full((50, 200, 3), 255, "uint8"), 0.9)
    assert (covered == 0).sum() == 50 * 50 * 3


def test_a_shrunk_picture_has_lost_what_is_small_and_kept_what_is_large(photo):
    stripes = np.zeros((200, 200, 3), "uint8")
    stripes[:, ::2] = 255
    assert np.ptp(changes.shrunk(stripes, 0.9)[20:180, 20:180]) < 30, "stripes of one pixel are grey"
    assert changes.shrunk(photo, 0.999).shape == photo.shape, "at the least one pixel is left"
    halves = np.repeat(np.uint8([0, 255]), 100)[None, :, None] * np.ones((200, 1, 3), "uint8")
    assert abs(changes.shrunk(halves, 0.9).astype(int) - halves).mean() < 10


@pytest.mark.parametrize("n", [2, 7])
def test_pieces_are_the_same_tiles_in_another_order(photo, n):
    def tiles(picture):
        side = len(picture) // n
        rows = [picture[i * side : (i + 1) * side] for i in range(n)]
        return [row[:, i * side : (i + 1) * side].tobytes() for row in rows for i in range(n)]

    cut = tiles(changes.in_pieces(photo, n))
    assert sorted(cut) == sorted(tiles(photo)) and cut != tiles(photo)


def test_a_drawing_has_dark_lines_where_brightness_changes_and_no_surfaces():
    step = np.zeros((60, 60, 3), "uint8")
    step[:, 30:] = 200
    drawn = changes.as_drawing(step)
    assert drawn.shape == step.shape and drawn.dtype == np.uint8
    assert drawn[2:-2, 30].max() < 100 and (drawn[:, :26] == 255).all() and (drawn[:, 34:] == 255).all()
    assert (drawn[..., 0] == drawn[..., 1]).all() and (drawn[..., 0] == drawn[..., 2]).all()


def test_all_changes_are_made_in_their_order(photo):
    by_hand = changes.covered(changes.blurred(changes.turned(changes.mirrored(photo), -30), 2), 0.1, 0.2, 0.8)
    at_once = changes.all_of(photo, mirror=True, turn=-30, blur=2, cover=0.1, across=0.2, down=0.8)
    assert np.array_equal(by_hand, at_once)
    assert np.array_equal(changes.all_of(photo), photo)


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch", "lite", "none"])
def test_a_network_sees_the_picture_itself_under_its_own_normalization_only(photo, mode):
    batch = images.batch(photo)
    x = changes.normalized(batch, mode)
    assert np.array_equal(x, normalize(batch, mode))
    assert np.array_equal(changes.as_seen(x[0], mode), photo)
    wrong = changes.as_seen(changes.normalized(batch, mode, "the right one, twice")[0], mode)
    assert np.array_equal(wrong, photo) == (mode == "none")


def test_a_wrong_normalization_is_seen_for_what_it_is(photo):
    batch = images.batch(photo)
    seen = {recipe: changes.as_seen(changes.normalized(batch, "lite", recipe)[0], "lite") for recipe in changes.RECIPES}
    assert seen["0 to 1"].min() >= 127
    assert seen["VGG16's and ResNet50's"].tolist() != seen["the right one"].tolist()
    assert abs(seen["InceptionV3's"].astype(int) - photo).max() <= 1
    assert np.median(seen["none: 0 to 255"]) == 255 and seen["the right one, twice"].max() < 3


def test_an_unknown_recipe_is_refused_with_the_known_ones(photo):
    with pytest.raises(ValueError, match="0 to 1"):
        changes.normalized(images.batch(photo), "lite", "by 255")
