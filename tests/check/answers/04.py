# %% 04-grey-guess right
grey = "128"

# %% 04-grey-guess right
grey = 0.5

# %% 04-grey-guess wrong: not done yet
grey = 140

# %% 04-grey-guess wrong: not done yet
grey = "I do not know"

# %% 04-grey-guess wrong: not done yet
grey = None

# %% 04-red right
red = vgg16.preprocess_input(np.array([[[[255.0, 0, 0]]]]))

# %% 04-red right
red = (-103.94, -116.78, 131.32)

# %% 04-red wrong: between −1 and 1 | lesson 04
red = [1, 0, 0]

# %% 04-red wrong: blue first | lesson 04
red = [131.32, -116.78, -103.94]

# %% 04-red wrong: the means are not | lesson 04
red = [-123.68, -116.779, 255 - 103.939]

# %% 04-red wrong: still has red in front | lesson 04
red = [255 - 103.939, -116.779, -123.68]

# %% 04-red wrong: no mean was taken away | lesson 04
red = [0, 0, 255]

# %% 04-red wrong: three numbers | lesson 04
red = 131.32

# %% 04-vgg right
def as_vgg(batch):
    return vgg16.preprocess_input(np.array(batch, dtype="float64"))

# %% 04-vgg right
def as_vgg(batch):
    red, green, blue = np.moveaxis(batch, -1, 0)
    return np.stack([blue - 103.939, green - 116.779, red - 123.68], axis=-1).astype("float32")

# %% 04-vgg right
def as_vgg(batch):
    return models.CARDS["ResNet50"].preprocess(batch).tolist()

# %% 04-vgg wrong: expects about −124 to 151 | lesson 04
def as_vgg(batch):
    return batch / 255

# %% 04-vgg wrong: 103.939 belongs to blue | lesson 04
def as_vgg(batch):
    return batch[..., ::-1] - np.array([123.68, 116.779, 103.939])

# %% 04-vgg wrong: changed what it was given | copy | lesson 04
def as_vgg(batch):
    batch -= np.float32([123.68, 116.779, 103.939])
    return batch[..., ::-1]

# %% 04-vgg wrong: red still stands in channel 0 | lesson 04
def as_vgg(batch):
    return batch - np.float32([123.68, 116.779, 103.939])

# %% 04-vgg wrong: in the order blue, green, red | lesson 04
def as_vgg(batch):
    return batch - np.float32([103.939, 116.779, 123.68])

# %% 04-vgg wrong: no mean was taken away | lesson 04
def as_vgg(batch):
    return batch[..., ::-1]

# %% 04-vgg wrong: not blue, green, red | lesson 04
def as_vgg(batch):
    return batch[:, :, ::-1] - np.float32([103.939, 116.779, 123.68])

# %% 04-twice right
def prepare(batch):
    batch = np.array(batch)
    return vgg16.preprocess_input(batch)

# %% 04-twice right
def prepare(batch):
    x = vgg16.preprocess_input(batch * 1.0)
    return x.tolist()

# %% 04-twice right
def prepare(batch):
    return as_vgg(batch)

# %% 04-twice wrong: the call must stay | lesson 04
def prepare(batch):
    return batch

# %% 04-twice wrong: other numbers | lesson 04
def prepare(batch):
    x = vgg16.preprocess_input(batch)
    return x

# %% 04-twice wrong: other numbers | lesson 04
def prepare(batch):
    return vgg16.preprocess_input(batch).copy()

# %% 04-twice wrong: was changed | copy | lesson 04
def prepare(batch):
    return vgg16.preprocess_input(batch).copy() if batch.min() >= 0 else batch[..., ::-1]

# %% 04-twice wrong: the first result | lesson 04
def prepare(batch):
    return vgg16.preprocess_input(batch.astype("uint8"))

# %% 04-by-255-guess right
suffers_more = "the same"

# %% 04-by-255-guess right
suffers_more = "inceptionv3"

# %% 04-by-255-guess wrong: not done yet
suffers_more = "ResNet50"

# %% 04-by-255-guess wrong: not done yet
suffers_more = 0

# %% 04-by-255-guess wrong: not done yet
suffers_more = None

# %% 04-by-255 right
covered_vgg, covered_inception = np.float32(1 / (151.061 + 123.68)), [0.5]

# %% 04-by-255 right
covered_vgg = np.ptp(batch / 255) / np.ptp(batch)
covered_inception = np.ptp(batch / 255) / 2

# %% 04-by-255 wrong: not the same | lesson 04
covered_vgg = covered_inception = 1 / 255

# %% 04-by-255 wrong: per cent | lesson 04
covered_vgg, covered_inception = 0.4, 50

# %% 04-by-255 wrong: more than all | lesson 04
covered_vgg, covered_inception = 255, 2

# %% 04-by-255 wrong: VGG16 expects | lesson 04
covered_vgg, covered_inception = 1 / 151, 0.5

# %% 04-by-255 wrong: InceptionV3 expects | lesson 04
covered_vgg, covered_inception = 1 / 255, 1
