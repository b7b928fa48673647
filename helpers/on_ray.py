"""The folder's pipe on many machines, by Ray Data.

In: a folder, or an address that Ray's file systems know (s3://…, gs://…). Out: the same table, as Parquet files.
"""


def predict_on_ray(path, model, top=5, batch_size=32, engine="auto", out="predictions", workers=1, gpus=0, address=None):
    """Names what is in every picture below a path, on a Ray cluster: gives `out`, where the Parquet files of the table are.

    model: a name; every worker loads it once and keeps it. workers: how many; gpus: for each of them, 0 or 1. address: of a
    cluster, as for `ray.init`; None starts a local one. top, batch_size, engine, and the columns: as for `folder.predict`.
    A worker that dies is started again, and its batch is done again. Raises ImportError where Ray is not installed.
    """
    try:
        import ray
    except ImportError:
        raise ImportError('Ray is not installed: give the command pip install "ray[data]>=2.40" pyarrow.') from None
    from helpers.collection import SUFFIXES

    if not isinstance(model, str):
        raise TypeError("Wanted is a network's name: each worker loads the network by itself.")
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False, include_dashboard=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    files = ray.data.read_binary_files(
        str(path), include_paths=True, file_extensions=[suffix[1:] for suffix in SUFFIXES], ignore_missing_paths=False
    )
    rows = files.map_batches(
        _Worker,
        fn_constructor_args=(model, top, engine, str(path)),
        batch_size=batch_size,
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_gpus=gpus,
        max_restarts=-1,
        max_task_retries=-1,
    )
    rows.write_parquet(str(out))
    return out


class _Worker:
    """Lives in a process of its own: loads the network once, then answers batch after batch."""

    def __init__(self, model, top, engine, path):
        from helpers import folder, models

        self.pipe, self.path = folder.Pipe(models.load(model), top, engine), path

    def __call__(self, batch):
        import os

        from helpers import tables

        files = [os.path.relpath(file, self.path) if "://" not in self.path else file for file in batch["path"]]
        read = [self.pipe.read(content) for content in batch["bytes"]]
        return tables.frame_of(self.pipe.rows(files, read), self.pipe.columns)
