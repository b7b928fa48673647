"""What each way of predicting takes on this machine:  make bench, or cd tests && python -m bench NETWORK…

In: names of networks; none means six of them. Out: a table, printed as it goes, and build/bench.json with every number.
About eight minutes a network, twenty for ResNet50, and an hour at the end: 8 bits, large photos, what others recommend, long
runs and broken ones. Only numbers of one round are compared; machines are noisy, so each stands with its spread.
"""

import json
import pathlib
import platform
import sys
import tempfile

from bench import child, floors, pictures, table

from helpers import models
from helpers.cards import names

NETWORKS = ("VGG16", "ResNet50", "InceptionV3", "EfficientNet-Lite0", "EfficientNet-Lite1", "EfficientNet-Lite2")
FILES, ROUNDS, LOOP, SECONDS = 2000, 5, 40, 15
PEER_ROUNDS = 3
LITES, IN_8_BITS = NETWORKS[3:], ("ResNet50", "EfficientNet-Lite0")
LARGE, OTHERS, SOME = 300, 130, 60  # photos: of 12 megapixels, of other sizes, and of a way that is slow with them
FIRST = ("model.predict", "engine keras", "engine openvino float32", "folder openvino fast")
GOAL = child.TESTS.parent / "build" / "bench.json"


def main(*networks):
    """Runs every part in a process of its own; one that fails is said, and the others go on."""
    if unknown := set(networks) - set(models.CARDS):
        sys.exit(f"There is no network {', '.join(sorted(unknown))}: there are {names(models.CARDS)}.")
    found = {"machine": machine(), "speed": {}, "first": {}}
    with tempfile.TemporaryDirectory() as desk:
        files = str(pathlib.Path(desk) / "files")
        found["kB_a_file"] = child.run("pictures", folder=files, n=FILES)
        print(table.machine(found), flush=True)
        for name in networks or NETWORKS:
            seconds = 3600 if name in floors.PROMISED else SECONDS  # the first: all files, whatever time that takes
            speed = attempt(found, "speed", name=name, files=files, desk=desk, rounds=ROUNDS, loop=LOOP, seconds=seconds)
            found["speed"][name] = speed
            if speed:
                some = str(pathlib.Path(desk) / name / "64")
                firsts = {way: attempt(found, "first", name=name, way=way, files=some, desk=desk) for way in FIRST}
                found["first"][name] = {way: first for way, first in firsts.items() if first}
                print(table.network(name, speed, found["first"][name]), flush=True)
            keep(found)
        found["agreement"] = attempt(found, "agreement", name="EfficientNet-Lite0")
        eight = [name for name in networks or NETWORKS if name in IN_8_BITS]
        found["int8"] = {name: attempt(found, "int8", name=name, desk=desk, rounds=ROUNDS) for name in eight}
        beside_others(found, files, desk)
        found["lasting"] = attempt(found, "lasting", files=files, desk=desk, n=1000, turns=3)
        found["kills"] = attempt(found, "kills", files=files, desk=desk, n=1000, times=20)
        keep(found)
    print(table.rest(found), floors.report(found), f"Every number is in {GOAL.relative_to(child.TESTS.parent)}.", sep="\n\n")


def beside_others(found, files, desk):
    """Large photos, and what reading them at a reduced scale costs; then the ways of others, on small photos and on large."""
    large, other = str(pathlib.Path(desk) / "large"), str(pathlib.Path(desk) / "other")
    found["kB_a_large_file"] = child.run("pictures", folder=large, n=LARGE, sides=pictures.TWELVE)
    child.run("pictures", folder=other, n=OTHERS, sides=pictures.OTHERS)
    found["reduced"] = attempt(found, "reduced", names=LITES, folders=[large, other])
    found["peers"] = {}
    for what, place, some in (("small", files, LARGE), ("large", large, SOME)):
        how = {"name": LITES[0], "rounds": PEER_ROUNDS, "many": LARGE, "some": some}
        found["peers"][what] = facts = attempt(found, "peers", files=place, desk=desk, **how)
        kilobytes = found["kB_a_file" if what == "small" else "kB_a_large_file"]
        if facts:
            print(table.peers(f"{LITES[0]}, {what} photos, of {kilobytes:.0f} kB", facts), flush=True)
        keep(found)


def attempt(found, part, **arguments):
    """What a part gave back, or None where it failed, which is said."""
    try:
        return child.run(part, **arguments)
    except RuntimeError as problem:
        found.setdefault("failed", []).append(str(problem))
        print(f"{part} of {arguments.get('name', 'the folder')} failed: {problem}", flush=True)


def machine():
    """The processor, its cores, and what OpenVINO says that it can do."""
    import os

    import psutil

    facts = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    facts["GB"] = round(psutil.virtual_memory().total / 2**30)
    try:
        import openvino

        core = openvino.Core()
        facts["processor"] = core.get_property("CPU", "FULL_DEVICE_NAME").strip()
        facts["can"] = list(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    except ImportError:
        facts["can"] = []
    return facts


def keep(found):
    """Writes what there is so far."""
    GOAL.parent.mkdir(exist_ok=True)
    GOAL.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
