# %% 03-describe right
def describe(photo):
    return [len(photo), len(photo[0]), np.min(photo), np.max(photo), str(photo.dtype)]

# %% 03-describe right
def describe(photo):
    return dict(height=photo.shape[0], width=photo.shape[1], low=int(photo.min()), high=float(photo.max()), kind=photo.dtype.type)

# %% 03-describe wrong: rows come first | lesson 03
def describe(photo):
    return photo.shape[1], photo.shape[0], photo.min(), photo.max(), photo.dtype

# %% 03-describe wrong: type of the numbers | lesson 03
def describe(photo):
    return photo.shape[0], photo.shape[1], photo.min(), photo.max(), type(photo)

# %% 03-describe wrong: lowest and the highest | lesson 03
def describe(photo):
    return photo.shape[0], photo.shape[1], 0, 255, photo.dtype

# %% 03-describe wrong: five things | lesson 03
def describe(photo):
    return photo.shape, photo.min(), photo.max(), photo.dtype

# %% 03-describe wrong: is not 533 high | lesson 03
def describe(photo):
    return 533, 800, 0, 255, "uint8"

# %% 03-on-white right
def on_white(rgba):
    a = np.float64(rgba[:, :, 3]) / 255
    return np.stack([rgba[:, :, c] * a + (1 - a) * 255 for c in range(3)], axis=-1).tolist()

# %% 03-on-white right
def on_white(rgba):
    white = Image.new("RGBA", rgba.shape[1::-1], "white")
    return np.array(Image.alpha_composite(white, Image.fromarray(rgba)))[..., :3]

# %% 03-on-white right
def on_white(rgba):
    rgb, a = rgba[..., :3].astype(int), rgba[..., 3:].astype(int)
    return ((rgb * a + 255 * (255 - a)) // 255).astype("uint8")

# %% 03-on-white wrong: dropped | edge | lesson 03
def on_white(rgba):
    return rgba[..., :3]

# %% 03-on-white wrong: on black | lesson 03
def on_white(rgba):
    return (rgba[..., :3] * (rgba[..., 3:] / 255)).astype("uint8")

# %% 03-on-white wrong: in between | edge | lesson 03
def on_white(rgba):
    return np.where(rgba[..., 3:] > 0, rgba[..., :3], 255)

# %% 03-on-white wrong: divide it by 255 | lesson 03
def on_white(rgba):
    return rgba[..., :3].astype(float) * rgba[..., 3:] + 255.0 * (1 - rgba[..., 3:].astype(float))

# %% 03-on-white wrong: between 0 and 1 | lesson 03
def on_white(rgba):
    a = rgba[..., 3:] / 255
    return rgba[..., :3] / 255 * a + 1 - a

# %% 03-on-white wrong: uint8 run over | lesson 03
def on_white(rgba):
    return rgba[..., :3] * rgba[..., 3:] // 255 + (255 - rgba[..., 3:])

# %% 03-on-white wrong: three colours | lesson 03
def on_white(rgba):
    return np.array(Image.alpha_composite(Image.new("RGBA", rgba.shape[1::-1], "white"), Image.fromarray(rgba)))

# %% 03-crop right
def centre_square(photo):
    return images.resize(photo, min(photo.shape[:2]))

# %% 03-crop right
def centre_square(photo):
    while photo.shape[0] != photo.shape[1]:
        photo = photo[1:-1] if photo.shape[0] > photo.shape[1] else photo[:, 1:-1]
    return photo.astype("float32")

# %% 03-crop wrong: squashed | round | lesson 03
def centre_square(photo):
    return images.resize(photo, min(photo.shape[:2]), how="squash")

# %% 03-crop wrong: corner | lesson 03
def centre_square(photo):
    side = min(photo.shape[:2])
    return photo[:side, :side]

# %% 03-crop wrong: no square | lesson 03
def centre_square(photo):
    height, width = photo.shape[:2]
    left = (width - height) // 2
    return photo[:, max(left, 0):max(left, 0) + height]

# %% 03-crop wrong: sides of 40 | lesson 03
def centre_square(photo):
    return images.resize(photo, 224)

# %% 03-crop wrong: not the pixels of the middle | lesson 03
def centre_square(photo):
    height, width = photo.shape[:2]
    side = min(height, width)
    return photo[height - side:, width - side:]

# %% 03-dragon-guess right
worst_fit = "crop"

# %% 03-dragon-guess right
worst_fit = "Squash"

# %% 03-dragon-guess wrong: not done yet
worst_fit = "stretch"

# %% 03-dragon-guess wrong: not done yet
worst_fit = 1

# %% 03-dragon-guess wrong: not done yet
worst_fit = ...

# %% 03-dragon right
true = ["c", "a"]

# %% 03-dragon right
true = "A and C"

# %% 03-dragon wrong: statement b | one picture proves nothing | lesson 03
true = "a, b, c"

# %% 03-dragon wrong: statement d | tail | lesson 03
true = ("a", "d")

# %% 03-dragon wrong: not all | bars | lesson 03
true = {"a"}

# %% 03-bgr right
def mended(photo):
    return card.preprocess(images.batch(images.resize(photo, 224)))

# %% 03-bgr right
def mended(photo):
    return prepare(photo)[..., [2, 1, 0]].tolist()

# %% 03-bgr wrong: still exchanged | show the picture | lesson 03
mended = prepare

# %% 03-bgr wrong: turned around | axes | lesson 03
def mended(photo):
    square = images.resize(photo, 224)
    return (images.batch(np.ascontiguousarray(square[:, ::-1])) - 127) / 128

# %% 03-bgr wrong: normalization was right | lesson 04
def mended(photo):
    return images.batch(images.resize(photo, 224))

# %% 03-bgr wrong: one line | lesson 03
def mended(photo):
    return (images.batch(images.resize(photo, 224, how="squash")) - 127) / 128

# %% 03-bgr wrong: shape | lesson 03
def mended(photo):
    return (images.resize(photo, 224) - 127.0) / 128
