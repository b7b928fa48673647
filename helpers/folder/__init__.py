"""The whole pipe for a whole folder: picture files in, one table out, written as it goes. Lesson 13.

run: on this machine, reading and computing at the same time. on_ray: on many machines. pipe: what both share: which files
count, and how they become rows; answering: which network. tables: .csv or Parquet, as_csv or as_parquet, which survive a
break; frames: what both share. __main__: the same as a command, with a summary and a contact_sheet.
"""

from helpers.folder.on_ray import predict_on_ray
from helpers.folder.run import predict

__all__ = ["predict", "predict_on_ray"]
