"""Which page of a TIFF is the picture: one may begin with a small preview.

In: a TIFF as Pillow opens it. Out: the same, at its page, or the reason why there is none.
"""

# TIFF 6.0, section 8, and DNG 1.7: what the tags are called there.
NEW_SUBFILE_TYPE, SUBFILE_TYPE, DNG_VERSION = 254, 255, 50706
REDUCED, MASK = 1, 4  # bits of NewSubfileType
MOST_PAGES = 32  # looked through for the picture: a file has one preview, or a few
RAW = "it is a camera's raw file, whose first page is only a preview: export it as JPEG in the camera's program."


def turn_to_picture(picture):
    """Turns to the first page that is no preview and no mask; gives the end of a sentence where there is none, else None."""
    if DNG_VERSION in picture.tag_v2:
        return RAW
    if not _is_beside(picture):
        return _of_a_larger_page(picture)
    for number in range(1, MOST_PAGES):
        try:
            picture.seek(number)
        except EOFError:
            break
        if not _is_beside(picture):
            return None
    return RAW


def _is_beside(picture):
    kind = picture.tag_v2.get(NEW_SUBFILE_TYPE, 0)
    return bool(isinstance(kind, int) and kind & (REDUCED | MASK)) or picture.tag_v2.get(SUBFILE_TYPE) == 2


def _of_a_larger_page(picture):
    """The sentence for a first page that looks like a preview of the second: the same shape, and half as large or less."""
    width, height = picture.size
    try:
        picture.seek(1)
        larger, beside = picture.size, _is_beside(picture)
    except Exception:  # there is no second page, or it is damaged, which does not matter
        return None
    finally:
        picture.seek(0)
    same_shape = abs(width * larger[1] - height * larger[0]) <= 0.02 * width * larger[1]
    if same_shape and larger[0] >= 2 * width and not beside:
        return "its first page looks like a preview of the second, which is larger: save the page that you want as PNG."
    return None
