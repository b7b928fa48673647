"""The bench: its files are the same each time, and its verdicts follow from its numbers. What it measures is not tested."""

import copy

import pytest
from bench import floors, pictures, table

RATE = {"the article's loop": [10, 20], "folder openvino fast": [90, 160], "engine openvino fast": [99, 170]}
SPEED = {
    "weights": "random; speed only",
    "pictures_a_second": RATE,
    "limit": {"folder openvino fast": [100, 170]},
    "files_a_run": {"folder openvino fast": 500},
    "one_picture_ms": {"model.predict": [80, 90], "engine openvino float32": [10, 9], "OpenVINO by hand, float32": [10, 10]},
    "missing": {"ONNX Runtime by hand": "ImportError: no"},
}
RUNS = [
    {"files": n, "rows": n, "ms_a_file": ms, "spoiled": n // 100, "reported": True, "MB": mb, "peak_MB": mb}
    for n, ms, mb in [(1000, 6.0, 900), (10000, 6.6, 950)]
]
KILLS = {kind: {"kills": 10, "tables": 2, "same": True} for kind in ("csv", "parquet")}


@pytest.fixture
def found():
    return copy.deepcopy(
        {
            "machine": {"processor": "one", "cores": 2, "GB": 8, "can": ["FP32", "BF16"]},
            "speed": {"ResNet50": copy.deepcopy(SPEED), "EfficientNet-Lite0": SPEED, "VGG16": None},
            "agreement": None,
            "lasting": {"runs": RUNS},
            "kills": {"files": 1000, **KILLS},
        }
    )


def test_ratios_are_taken_round_by_round(found):
    said = table.network("ResNet50", SPEED, {})
    (line,) = [line for line in said.splitlines() if line.startswith("folder openvino fast")]
    assert "8.50 (8.00 to 9.00)" in line, "not 125 / 15"
    assert "0.92 (0.90 to 0.94), 500 files a run" in line
    assert "ONNX Runtime by hand is missing: ImportError: no" in said
    assert "csv: killed 10 times at work; 2 tables, each as" in table.rest(found)


def test_each_floor_is_judged(found):
    assert floors.report(found).count("enough:") == len(floors.report(found).splitlines()) == 7
    found["speed"]["ResNet50"]["pictures_a_second"]["folder openvino fast"] = [70, 150]
    found["speed"]["EfficientNet-Lite0"]["one_picture_ms"]["OpenVINO by hand, float32"] = [7, 7]
    found["lasting"]["runs"][1]["ms_a_file"] = 9
    said = [line for line in floors.report(found).splitlines() if not line.startswith("enough")]
    assert [line.split(":")[0] for line in said] == ["TOO LITTLE", "TOO LITTLE", "TOO MUCH", "TOO MUCH"]


def test_a_floor_that_no_pipe_could_reach_here_is_said_to_be_one(found):
    speed = found["speed"]["ResNet50"]
    speed["pictures_a_second"]["folder openvino fast"] = [70, 150]
    assert "itself" not in floors.report(found)
    speed["limit"]["folder openvino fast"] = [70, 151]
    (line,) = [line for line in floors.report(found).splitlines() if "itself" in line]
    assert line.startswith("TOO LITTLE: ResNet50, folder openvino fast, times the loop: 7.25") and "itself is 7.28" in line


def test_without_bfloat16_what_needs_it_is_not_judged(found):
    found["machine"]["can"] = ["FP32"]
    assert "times the loop" not in floors.report(found)


def test_the_files_are_the_same_each_time_and_the_spoiled_ones_are_named(tmp_path):
    for name in "ab":
        pictures.make(tmp_path / name, 3)
    first, second = ([file.read_bytes() for file in sorted((tmp_path / name).iterdir())] for name in "ab")
    assert first == second and len(set(first)) == 3
    spoiled = pictures.spread_out(tmp_path / "a", tmp_path / "many", 50, spoil=0.1)
    changed = [file.name for file in (tmp_path / "many").iterdir() if file.read_bytes() not in first]
    assert sorted(spoiled) == sorted(changed) and len(spoiled) == 5
