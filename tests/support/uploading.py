"""What an upload button gives, in both generations of ipywidgets, and what may be in it."""

import datetime
import io

from checkout import DATA

DOG = (DATA / "images" / "dog.jpg").read_bytes()
PHONE = b"\0\0\0\x18ftypheic" + b"\0" * 50
BAD = '"><img src=x onerror=alert(1)>.jpg'


def in_7(*named):
    """The value of FileUpload in ipywidgets 7.7.1, as Colab has it."""
    return {name: {"metadata": {"name": name, "size": len(content)}, "content": content} for name, content in named}


def in_8(*named):
    """The same in ipywidgets 8."""
    now = datetime.datetime.now(datetime.UTC)
    common = {"type": "", "last_modified": now}
    return tuple({"name": name, "size": len(content), "content": memoryview(content), **common} for name, content in named)


def encoded(picture, format, **options):
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()
