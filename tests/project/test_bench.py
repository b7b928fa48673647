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
    for n, ms, mb in [(1000, 6.0, 900), (10000, 6.9, 990), (20000, 6.5, 950)]
]
OTHERS = ["ours, exact", "image_dataset_from_directory, plain", "OpenVINO, Pillow"]
PEERS = {
    "files_a_second": {"ours, auto": [40, 20], **{way: [9, 5] for way in OTHERS}},
    "limit": [41, 21],
    "reading": {"Pillow": [10, 6]},
    "missing": {"PyTorch DataLoader": "ModuleNotFoundError: no"},
}
EIGHT = {
    "float": {"OpenVINO int8": "OpenVINO", "ONNX Runtime int8": "ONNX Runtime"},
    "speed": {"OpenVINO": [10, 5], "OpenVINO int8": [20, 15]},
    "missing": {"ONNX Runtime": "ImportError: no"},
    "answers of": "a stand-in",
    "agreement": {"OpenVINO int8": {"photos": 137, "same_first_guess": 125, "largest_difference": 0.43}},
}
KILLS = {kind: {"kills": 10, "tables": 2, "same": True} for kind in ("csv", "parquet")}


@pytest.fixture
def found():
    return copy.deepcopy(
        {
            "machine": {"processor": "one", "cores": 2, "GB": 8, "can": ["FP32", "BF16"]},
            "speed": {"ResNet50": copy.deepcopy(SPEED), "EfficientNet-Lite0": SPEED, "VGG16": None},
            "agreement": None,
            "int8": {"ResNet50": EIGHT, "VGG16": None},
            "reduced": {"EfficientNet-Lite0": {"photos": 300, "same_first_guess": 299, "top_moved_most": 0.046}},
            "peers": {"large": PEERS, "small": None},
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


def test_the_ways_of_others_stand_beside_ours(found):
    said = table.peers("large photos", PEERS)
    assert "OpenVINO, Pillow                        7.00 (5.00 to 9.00)       4.22 (4.00 to 4.44)" in said
    assert "the limit" in said and "PyTorch DataLoader is missing: ModuleNotFoundError: no" in said
    assert "ResNet50, OpenVINO int8: 2.50 (2.00 to 3.00) times as fast as float32; of a stand-in 125 of 137" in table.rest(
        found
    )
    assert "ResNet50, ONNX Runtime int8 is missing: ImportError: no" in table.rest(found)


def test_each_floor_is_judged(found):
    assert floors.report(found).count("enough:") == len(floors.report(found).splitlines()) == 12
    found["speed"]["ResNet50"]["pictures_a_second"]["folder openvino fast"] = [70, 150]
    found["speed"]["EfficientNet-Lite0"]["one_picture_ms"]["OpenVINO by hand, float32"] = [7, 7]
    found["lasting"]["runs"][2]["ms_a_file"] = 9
    found["peers"]["large"]["limit"] = [50, 30]
    found["reduced"]["EfficientNet-Lite0"]["same_first_guess"] = 296
    said = [line for line in floors.report(found).splitlines() if not line.startswith("enough")]
    assert [line.split(":")[0] for line in said] == 2 * ["TOO LITTLE"] + ["TOO MUCH"] + 2 * ["TOO LITTLE"] + ["TOO MUCH"]


def test_a_floor_that_no_pipe_could_reach_here_is_said_to_be_one(found):
    speed = found["speed"]["ResNet50"]
    speed["pictures_a_second"]["folder openvino fast"] = [70, 150]
    assert "itself" not in floors.report(found)
    speed["limit"]["folder openvino fast"] = [70, 151]
    (line,) = [line for line in floors.report(found).splitlines() if "itself" in line]
    assert line.startswith("TOO LITTLE: ResNet50, folder openvino fast, times the loop: 7.25") and "itself is 7.28" in line


def test_what_reading_at_a_reduced_scale_cannot_reach_here_is_said_too(found):
    others = found["peers"]["large"]["files_a_second"]
    others["OpenVINO, Pillow"], found["peers"]["large"]["limit"] = [15, 15], [45, 45]
    (line,) = [line for line in floors.report(found).splitlines() if "itself" in line]
    assert line.startswith("TOO LITTLE: large photos, ours for OpenVINO, Pillow") and "itself is 3.00 here" in line


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
