"""A download with several processes, and with sudden ends: one fetches, and what has come is not lost."""

import os
import random
import signal
import subprocess
import threading
import time

import pytest
from large_file import CONTENT, SIZE, beside, fetch, is_right, kept, part_of, started
from misbehaving import Answer


class Reader(threading.Thread):
    """Looks at the final name all the time; `wrong` is what it saw there that was not the whole file."""

    def __init__(self, goal):
        super().__init__(daemon=True)
        self.goal, self.wrong, self.looks, self.over = goal, [], 0, threading.Event()

    def run(self):
        while not self.over.is_set():
            try:
                with open(self.goal, "rb") as file:
                    size = file.seek(0, os.SEEK_END)
                    file.seek(-min(size, 1000), os.SEEK_END)
                    if size != SIZE or file.read() != CONTENT[-1000:]:
                        self.wrong.append(size)
            except FileNotFoundError:
                pass
            self.looks += 1
            time.sleep(0.005)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()


@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_at_random_moments_the_next_run_goes_on(times, site, goal, number):
    moments = []
    site.slow = 0.004  # so that each part of the file takes its time
    with Reader(goal) as reader:
        for run in range(times):
            site.wire = 0
            process, moment = started(site, goal), random.Random(run).randrange(1, SIZE)
            while kept(goal) < moment and process.poll() is None:
                time.sleep(0.001)
            process.kill()
            process.communicate()
            have, asked = kept(goal), len(site.requests)
            moments.append(f"{100 * have // SIZE} %" if have or not goal.exists() else "done")
            fetch(site, goal)
            assert is_right(goal) and beside(goal) == ["official.h5"]
            assert not have or site.requests[asked][2] == have
            assert site.wire < 1.1 * SIZE
            goal.unlink()
    resumed = times - moments.count("done")
    assert reader.wrong == [] and reader.looks > 20 and resumed > 0
    number(
        f"SIGKILL {times} times, at {', '.join(moments)}: {resumed} resumed, all whole; "
        f"{reader.looks} looks at the final name saw no partial file"
    )


def test_while_one_process_fetches_the_others_say_that_they_wait(site, goal):
    all_wait = threading.Event()
    site.behave = lambda n, first: site.good(first) if all_wait.wait(30) else Answer(418)
    with Reader(goal) as reader:
        processes = [started(site, goal, stdout=subprocess.PIPE, text=True)]
        while not site.gets and processes[0].poll() is None:
            time.sleep(0.01)
        processes += [started(site, goal, stdout=subprocess.PIPE, text=True) for _ in range(3)]
        for other in processes[1:]:
            assert other.stdout.readline() == "Another notebook is fetching official.h5: waiting for it.\n"
        all_wait.set()
        said = [process.communicate(timeout=100) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, said
    assert is_right(goal) and reader.wrong == [] and beside(goal) == ["official.h5"]
    assert "waiting" not in said[0][0] and (site.gets, site.wire) == (1, SIZE)


@pytest.mark.slow
def test_eight_processes_at_once_are_one_download(site, goal, number):
    site.slow = 0.01
    with Reader(goal) as reader:
        processes = [started(site, goal, stdout=subprocess.PIPE, text=True) for _ in range(8)]
        said = [process.communicate(timeout=100) for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, said
    assert is_right(goal) and reader.wrong == [] and beside(goal) == ["official.h5"]
    number(f"8 processes at once: {site.gets} download, {site.wire / SIZE:.3f} times the size crossed the wire")
    assert (site.gets, site.wire) == (1, SIZE)


def test_the_lock_of_a_dead_process_does_not_block_the_next(site, goal, capsys):
    site.behave = lambda n, first: site.good(first, stall=None if n else 1_000_000)
    holder = started(site, goal)
    while site.wire < 1_000_000 and holder.poll() is None:
        time.sleep(0.01)
    assert goal.with_name("official.h5.lock").exists()
    holder.kill()
    holder.communicate()
    following = threading.Thread(target=fetch, args=(site, goal), daemon=True)
    following.start()
    following.join(60)
    assert not following.is_alive() and is_right(goal) and "waiting for it" not in capsys.readouterr().out


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system cannot send the stop button's signal to a thread")
def test_the_stop_button_keeps_the_part_and_frees_the_lock(site, goal):
    site.behave = lambda n, first: site.good(first, stall=None if n else 2_500_000)

    def stop():
        while kept(goal) < 2_400_000:
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        threading.Thread(target=stop, daemon=True).start()
        fetch(site, goal)
    assert not goal.exists() and part_of(goal).stat().st_size > 2_400_000
    fetch(site, goal)
    assert is_right(goal) and site.wire < 1.02 * SIZE
