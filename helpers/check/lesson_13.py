"""The checks of the exercises of lesson 13: many pictures, and where the time goes.

A function an exercise, its arguments what the learner named: it gives the sentence for who got it right, else raises `NotYet`.
"""

import numpy as np

from helpers.check.tools import function, numbers, one_number, refuse, same

MOST = 32  # pictures in a call


def check_yardstick(yardstick):
    """Pictures a second when all are read by all cores, and then all are computed."""
    function(yardstick)
    place = "13, “Three ways to be faster”"
    for read, cores, compute in [(6, 2, 2), (8, 4, 3), (5, 1, 15)]:
        answer, right = one_number(yardstick(read, cores, compute), "the yardstick"), 1000 / (read / cores + compute)
        if same(answer, right, 1e-3):
            continue
        case = f"with {read} ms, {cores} cores and {compute} ms"
        if same(answer, 1000 / right, 1e-3):
            refuse(f"{case} that is the milliseconds of one picture. Wanted are pictures a second.", place)
        if same(answer, right / 1000, 1e-3):
            refuse(f"{case} that is pictures in a millisecond. A second has 1000.", place)
        if cores > 1 and same(answer, 1000 / (read + compute), 1e-3):
            refuse(f"{case} you let one core read. All of them do, each a picture of its own.", place)
        if cores > 1 and same(answer, 1000 * cores / (read + compute), 1e-3):
            refuse(f"{case} you share out the computing too: its time has all cores in it already.", place)
        if same(answer, min(1000 * cores / read, 1000 / compute), 1e-3):
            refuse(f"{case} that is the slower stage alone. One comes after the other: add up their times.", place)
        refuse(f"{case} it is {right:.0f} pictures a second, not {answer:.0f}.", place)
    return "Three machines, and on the last one the network takes most of the time."


def check_quick(quick):
    """The answers of a network to many files, loaded once, asked in batches of up to 32."""
    function(quick)
    loop, ways = "13, “Break it on purpose: load the model inside the loop”", "13, “Three ways to be faster”"
    random = np.random.default_rng()
    for n in (70, 64, 5):
        pictures = {f"{i}.jpg": random.uniform(0, 1, (4, 4, 3)).astype("float32") for i in range(n)}
        loaded, calls = [], []

        def network(batch, calls=calls):
            batch = numbers(batch, "the batch")
            if batch.ndim != 4:
                refuse(f"the network takes a batch of shape (n, height, width, 3), and {batch.shape} came.", ways)
            calls.append(len(batch))
            return np.repeat(batch.mean(axis=(1, 2, 3))[:, None], 1000, axis=1)

        def load(loaded=loaded, network=network):
            loaded.append(1)
            return network

        answer = numbers(quick(list(pictures), load, pictures.get, copies=False), "the answers")
        right = np.repeat([[picture.mean()] for picture in pictures.values()], 1000, axis=1)
        if max(calls, default=0) > MOST:
            refuse(f"one call got {max(calls)} pictures. The memory is small: up to {MOST}.", ways)
        if answer.shape != right.shape:
            rest = f" The last batch may be shorter than {MOST}." if len(answer) == n - n % MOST else ""
            refuse(f"for {n} files wanted is an array of shape {right.shape}, and {answer.shape} came.{rest}", ways)
        if not same(answer, right, 1e-4):
            refuse("the answers are not in the order of the files, or not those of the network.", ways)
        if len(loaded) > 1:
            refuse(f"for {n} files the network was loaded {len(loaded)} times. It does not depend on the picture.", loop)
        wanted = -(-n // MOST)
        if len(calls) > wanted:
            refuse(f"for {n} files the network was called {len(calls)} times, and {wanted} are enough.", ways)
    return "70, 64 and 5 files: the network was loaded once each time, and no call was wasted."


def check_going_on(still_to_do):
    """The files that a second run has to do: without a row, or with an error."""
    function(still_to_do)
    import pandas as pd

    place, random = "13, “When it breaks half way”", np.random.default_rng()
    for _ in range(3):
        files = [f"{name}.jpg" for name in random.permutation(["ant", "bee", "cow", "dog", "eel", "fox", "gnu", "hen"])]
        rows = random.permutation(files[:5])  # a table need not be in the order of the files
        bad = set(random.choice(rows, 2, replace=False))
        table = pd.DataFrame({"file": rows, "error": ["it is cut off" if file in bad else "" for file in rows]})
        answer = [str(file) for file in still_to_do(files, table)]
        if answer == [file for file in files if file in bad or file in files[5:]]:
            continue
        if sorted(answer) == sorted([*bad, *files[5:]]):
            refuse("these are the right files. Keep them in the order of `files`.", place)
        if set(answer) == set(files[5:]):
            refuse("the files with an error are missing. They have a row, and are tried again.", place)
        if set(answer) == bad:
            refuse("the files without a row are missing: the run did not get so far.", place)
        if set(answer) == set(rows) - bad:
            refuse("that is what is done. Wanted is the rest.", place)
        if set(answer) == set(files):
            refuse("that is everything: what is done would be done twice.", place)
        refuse(f"of {files} you give {answer}. Wanted is what has no row, and what has one with an error.", place)
    return "Three torn tables: nothing is done twice, and nothing is left out."
