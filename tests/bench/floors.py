"""What the course promises of its speed, held against what was measured.

In: every number of the bench. Out: a line for each promise that these numbers can tell of.
"""

import numpy as np
from bench.table import ratios

TIMES_THE_LOOP = {  # network, way: pictures a second, as a multiple of the article's loop
    ("ResNet50", "folder openvino fast"): 8,  # on a processor with bfloat16
    ("ResNet50", "folder openvino float32"): 3.5,
    ("ResNet50", "folder keras"): 2.5,
    ("EfficientNet-Lite0", "folder openvino float32"): 6,
}
PROMISED = {network for network, _ in TIMES_THE_LOOP}  # measured from all files; a short run of another one is mostly its start
OF_THE_LIMIT = 0.85
PEERS = {"large": 0.9, "small": 0.95}  # of the limit, with Lite0
LARGE = {  # times as fast as these, on photos of 12 megapixels
    "ours, exact": 2.5,
    "image_dataset_from_directory, plain": 1.8,
    "image_dataset_from_directory, smoothed": 1.8,
    "the article's loop": 4,
    "OpenVINO, Pillow": 4,
    "ONNX Runtime, Pillow": 4,
    "PyTorch DataLoader, Pillow, OpenVINO": 4,
}
SAME, MORE_TIME, MORE_MB = 0.99, 1.1, 60  # share of first guesses; a file, of many for few; memory
ONE_PICTURE = "EfficientNet-Lite0", "engine openvino float32"


def report(found):
    """A line for each floor: what is wanted, what there is, and whether that is enough."""
    lines = [line for name, speed in found["speed"].items() if speed for line in _of_network(name, speed, found["machine"])]
    lines += [line for what, facts in found["peers"].items() if facts for line in _of_peers(what, facts)]
    for name, facts in (found["reduced"] or {}).items():
        lines.append(_line(f"{name}, large photos, same first guess", facts["same_first_guess"] / facts["photos"], SAME))
    runs = (found["lasting"] or {"runs": []})["runs"]
    if runs:
        least, most = min(run["files"] for run in runs), max(run["files"] for run in runs)
        small, large = ([run for run in runs if run["files"] == size] for size in (least, most))
        times = ratios([run["ms_a_file"] for run in large], [run["ms_a_file"] for run in small])
        lines.append(_line(f"{most} files and {least}, time for each", np.median(times), MORE_TIME, most=True))
        grown = max(run["MB"] for run in large) - min(run["MB"] for run in small)
        lines.append(_line(f"{most} files and {least}, MB more", grown, MORE_MB, most=True))
    return "\n".join(lines)


def _of_peers(what, facts):
    ours, others = facts["files_a_second"]["ours, auto"], facts["files_a_second"]
    yield _line(f"{what} photos, ours, of the limit", np.median(ratios(ours, facts["limit"])), PEERS[what])
    for way, floor in LARGE.items() if what == "large" else ():
        if way in others:
            times, at_best = (np.median(ratios(rates, others[way])) for rates in (ours, facts["limit"]))
            yield _at_best(_line(f"{what} photos, ours for {way}", times, floor), max(times, at_best), floor)


def _of_network(name, speed, machine):
    rate, one = speed["pictures_a_second"], speed["one_picture_ms"]
    for way, limit in speed["limit"].items():
        floor = TIMES_THE_LOOP.get((name, way))
        if floor and (not way.endswith("fast") or "BF16" in machine["can"]):
            times, at_best = (np.median(ratios(rates, rate["the article's loop"])) for rates in (rate[way], limit))
            yield _at_best(_line(f"{name}, {way}, times the loop", times, floor), max(times, at_best), floor)
        if name in PROMISED:
            yield _line(f"{name}, {way}, of the limit", np.median(ratios(rate[way], limit)), OF_THE_LIMIT)
    if name == ONE_PICTURE[0] and ONE_PICTURE[1] in one:
        ours = one[ONE_PICTURE[1]]
        yield _line(f"{name}, one picture, times faster than predict", np.median(ratios(one["model.predict"], ours)), 8)
        if by_hand := one.get("OpenVINO by hand, float32"):
            yield _line(f"{name}, one picture, of OpenVINO's time by hand", np.median(ratios(ours, by_hand)), 1.2, most=True)


def _at_best(line, best, floor):
    """The line, and where no way could reach the floor on this machine, what the best would be."""
    return line if best >= floor else f"{line}; the limit itself is {best:.2f} here"


def _line(what, value, floor, most=False):
    enough = value <= floor if most else value >= floor
    verdict = "enough" if enough else "TOO MUCH" if most else "TOO LITTLE"
    return f"{verdict}: {what}: {value:.2f}, wanted at {'most' if most else 'least'} {floor}"
