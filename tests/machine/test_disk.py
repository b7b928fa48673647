"""A file, or a folder, is written whole or not at all: whatever stops the writing, nothing half-written is left."""

import os

import pytest

from helpers.machine import disk

STOPS = [OSError(28, "No space left on device"), ValueError("wrong"), KeyboardInterrupt()]  # the last is the stop button
every_stop = pytest.mark.parametrize("problem", STOPS, ids=lambda problem: type(problem).__name__)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_others_may_read_it(tmp_path):
    disk.write(tmp_path / "a.bin", lambda target: target.write(b"new"))
    assert names(tmp_path) == ["a.bin"] and (tmp_path / "a.bin").read_bytes() == b"new"
    if os.name == "posix":
        assert (tmp_path / "a.bin").stat().st_mode & 0o777 == 0o644
    disk.write(str(tmp_path / "a.bin"), lambda target: target.write(b"newer"))
    assert names(tmp_path) == ["a.bin"] and (tmp_path / "a.bin").read_bytes() == b"newer"


def test_the_file_has_its_name_only_once_it_is_whole(tmp_path):
    def write(target):
        target.write(b"new")
        target.flush()
        assert not (tmp_path / "a.bin").exists()

    disk.write(tmp_path / "a.bin", write)
    assert (tmp_path / "a.bin").exists()


@every_stop
@pytest.mark.parametrize("old", [None, b"old"], ids=["no file before", "a file before"])
def test_a_write_that_stops_half_way_leaves_what_was_there(problem, old, tmp_path):
    if old:
        (tmp_path / "a.bin").write_bytes(old)

    def write(target):
        target.write(b"half")
        raise problem

    with pytest.raises(type(problem)):
        disk.write(tmp_path / "a.bin", write)
    assert names(tmp_path) == (["a.bin"] if old else []) and (not old or (tmp_path / "a.bin").read_bytes() == old)


def test_where_there_is_no_folder_the_system_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        disk.write(tmp_path / "nowhere" / "a.bin", lambda target: target.write(b"new"))
    assert names(tmp_path) == []


def test_of_two_who_write_the_same_file_both_leave_a_whole_one(tmp_path):
    def first(target):
        target.write(b"first")
        disk.write(tmp_path / "a.bin", lambda other: other.write(b"second"))
        assert (tmp_path / "a.bin").read_bytes() == b"second"

    disk.write(tmp_path / "a.bin", first)
    assert names(tmp_path) == ["a.bin"] and (tmp_path / "a.bin").read_bytes() == b"first"


# --- Folders ---


def fill(folder):
    (folder / "one").write_text("1")
    (folder / "two").write_text("2")


def is_right(path):
    return path.is_dir() and names(path) == ["one", "two"]


def test_a_folder_is_filled_with_the_folders_above_it(tmp_path):
    disk.write_folder(tmp_path / "up" / "photos", fill, is_right)
    assert names(tmp_path / "up") == ["photos"] and is_right(tmp_path / "up" / "photos")


@every_stop
def test_a_folder_whose_filling_stops_is_not_there(problem, tmp_path):
    def stops(folder):
        (folder / "one").write_text("1")
        raise problem

    with pytest.raises(type(problem)):
        disk.write_folder(tmp_path / "photos", stops, is_right)
    assert names(tmp_path) == []


def test_a_damaged_folder_is_replaced_and_a_right_one_stays(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "half").write_text("")
    disk.write_folder(photos, fill, is_right)
    assert is_right(photos)
    (photos / "one").write_text("another process was faster")
    disk.write_folder(photos, fill, is_right)
    assert names(tmp_path) == ["photos"] and (photos / "one").read_text() == "another process was faster"


def test_the_systems_reason_is_part_of_a_sentence():
    assert disk.why(PermissionError(13, "Permission denied")) == "permission denied"
    assert disk.why(OSError("anything")) == "an error"
