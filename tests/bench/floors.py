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
ONE_PICTURE = "EfficientNet-Lite0", "engine openvino float32"


def report(found):
    """A line for each floor: what is wanted, what there is, and whether that is enough."""
    lines = [line for name, speed in found["speed"].items() if speed for line in _of_network(name, speed, found["machine"])]
    runs = (found["lasting"] or {"runs": []})["runs"]
    if runs:
        small, large = runs[::2], runs[1::2]
        times = ratios([run["ms_a_file"] for run in large], [run["ms_a_file"] for run in small])
        lines.append(_line("ten times the files, time for each", np.median(times), 1.3, most=True))
        grown = max(run["MB"] for run in large) - min(run["MB"] for run in small)
        lines.append(_line("ten times the files, MB more", grown, 100, most=True))
    return "\n".join(lines)


def _of_network(name, speed, machine):
    rate, one = speed["pictures_a_second"], speed["one_picture_ms"]
    for way, limit in speed["limit"].items():
        floor = TIMES_THE_LOOP.get((name, way))
        if floor and (not way.endswith("fast") or "BF16" in machine["can"]):
            times, at_best = (np.median(ratios(rates, rate["the article's loop"])) for rates in (rate[way], limit))
            line = _line(f"{name}, {way}, times the loop", times, floor)
            yield line if max(times, at_best) >= floor else f"{line}; the limit itself is {at_best:.2f} here"
        if name in PROMISED:
            yield _line(f"{name}, {way}, of the limit", np.median(ratios(rate[way], limit)), OF_THE_LIMIT)
    if name == ONE_PICTURE[0] and ONE_PICTURE[1] in one:
        ours = one[ONE_PICTURE[1]]
        yield _line(f"{name}, one picture, times faster than predict", np.median(ratios(one["model.predict"], ours)), 8)
        if by_hand := one.get("OpenVINO by hand, float32"):
            yield _line(f"{name}, one picture, of OpenVINO's time by hand", np.median(ratios(ours, by_hand)), 1.2, most=True)


def _line(what, value, floor, most=False):
    enough = value <= floor if most else value >= floor
    verdict = "enough" if enough else "TOO MUCH" if most else "TOO LITTLE"
    return f"{verdict}: {what}: {value:.2f}, wanted at {'most' if most else 'least'} {floor}"
