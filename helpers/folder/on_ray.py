"""The folder's pipe on many machines, by Ray Data.

In: a folder, or an address that Ray's file systems know (s3://…, gs://…). Out: the same table, as Parquet files.
"""

import logging
import os

from helpers import images, labels
from helpers.files import SUFFIXES
from helpers.folder import answering, frames, tables
from helpers.folder.pipe import Pipe, check_folder, check_numbers, pictures_in
from helpers.machine import places, quiet, sentences


def predict_on_ray(
    path,
    model,
    top=5,
    batch_size=32,
    engine="auto",
    out="predictions",
    precision="float32",
    workers=1,
    gpus=0,
    address=None,
    reading="auto",
    decide=None,
):
    """Names what is in every picture below a path, on a Ray cluster: gives `out`, where the Parquet files of the table are.

    model: a name, which every worker loads once and keeps; or one with classes of your own, as for `folder.predict`, which is
    sent to the workers. workers: how many; gpus: for each of them, 0 or 1. address: of a cluster, as for `ray.init`; None
    starts a local one. The rest, and the columns: as for `folder.predict`; the rows come as they are ready. A worker that
    dies is started again, and its batch is done again. Raises ImportError without Ray, OSError where no cluster starts,
    ValueError or TypeError where something else was wanted: one plain sentence.
    """
    try:
        import ray.data
    except ImportError:
        raise ImportError('Ray is not installed: give the command pip install "ray[data]>=2.40" pyarrow.') from None
    check_numbers(top=top, batch_size=batch_size, workers=workers)
    sentences.whole("gpus", gpus, 0, 1)
    images.check_reading(reading)
    if decide is not None:
        labels.check_sure(decide)
    files = None
    if not places.is_address(out):
        out = tables.place(out, "the name of a folder, or an address such as s3://…, in quotes", csv=False)
        if next(out.glob("*.parquet"), None):
            raise ValueError(f"{out} holds a table already, and Ray would add the same rows again: give another out.")
    if places.is_address(path):
        print("Ray lists what is at this address: what is no picture by its ending is left out, and not named.")
    else:
        path = os.path.abspath(check_folder(path))
        files = pictures_in(path, None if places.is_address(out) else out)  # Ray's own list takes some names for addresses
    model = answering.to_send(model)
    quiet.loggers("ray", "ray.data")
    with quiet.standard_error():  # Ray's C++ code writes there
        if not ray.is_initialized():
            _start(ray, address)
        ray.data.DataContext.get_current().enable_progress_bars = False
        if files:
            found = ray.data.from_items([{"path": file} for file in files])
        else:
            suffixes = [suffix[1:] for suffix in SUFFIXES]
            found = ray.data.read_binary_files(path, include_paths=True, file_extensions=suffixes)
        rows = found.map_batches(
            Worker,
            fn_constructor_args=(model, top, engine, precision, reading, decide, str(path)),
            batch_size=batch_size,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_gpus=gpus,
        )
        rows.write_parquet(str(out))
    return out


def _start(ray, address):
    for _ in range(1 if address else 2):  # a busy machine may need longer for its first start than Ray's 30 seconds
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **({} if address else _here()))
            return
        except Exception:  # a plain Exception, after its 30 seconds, and others
            ray.shutdown()
    where = f"at {address}" if address else "here"
    raise OSError(f"Ray finds or starts no cluster {where}: check the memory and the network, and call again.")


def _here():
    """Settings of a cluster on this machine: the workers take the course from where it is now."""
    path = [str(places.COURSE), os.environ.get("PYTHONPATH")]
    settings = {"PYTHONPATH": os.pathsep.join(filter(None, path))}
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # reports nothing to Ray's makers, unless you want it
    return {"include_dashboard": False, "runtime_env": {"env_vars": settings}}


class Worker:
    """Lives in a process of its own: loads the network once, then answers batch after batch."""

    def __init__(self, model, top, engine, precision, reading, decide, path):
        self.pipe, self.path = Pipe(answering.arrived(model), top, engine, precision, reading, decide), path

    def __call__(self, batch):
        files = batch["path"]
        sources = batch["bytes"] if "bytes" in batch else [os.path.join(self.path, file) for file in files]
        read = [self.pipe.read(source) for source in sources]
        return frames.frame_of(self.pipe.rows(files, read), self.pipe.columns)
