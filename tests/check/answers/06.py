# %% 06-two-mistakes right
def mended(photo):
    return models.CARDS["InceptionV3"].preprocess(images.batch(images.resize(photo, 299)))

# %% 06-two-mistakes right
def mended(photo):
    return (images.resize(photo, model.input_shape[1])[None] / 127.5 - 1).tolist()

# %% 06-two-mistakes wrong: loud mistake is mended | numbers go from | lesson 06
def mended(photo):
    return resnet50.preprocess_input(images.batch(images.resize(photo, 299)))

# %% 06-two-mistakes wrong: which size | lesson 06
def mended(photo):
    return inception_v3.preprocess_input(images.batch(images.resize(photo, 224)))

# %% 06-two-mistakes wrong: both sides of zero | lesson 06
def mended(photo):
    return images.batch(images.resize(photo, 299)) / 255

# %% 06-two-mistakes wrong: both mistakes | lesson 06
mended = prepare

# %% 06-two-mistakes wrong: twice | lesson 04
def mended(photo):
    x = images.batch(images.resize(photo, 299))
    return inception_v3.preprocess_input(inception_v3.preprocess_input(x))

# %% 06-two-mistakes wrong: only size and numbers | lesson 06
def mended(photo):
    return inception_v3.preprocess_input(images.batch(images.resize(photo, 299, how="squash"))[..., ::-1].copy())

# %% 06-split-guess right
left_over = "all of it"

# %% 06-split-guess right
left_over = "A third"

# %% 06-split-guess wrong: not done yet
left_over = "half"

# %% 06-split-guess wrong: not done yet
left_over = 0.72

# %% 06-split-guess wrong: not done yet
left_over = None

# %% 06-split right
def conv_weights(height, width, channels_in, channels_out):
    return channels_out * (1 + np.prod([height, width, channels_in]))

# %% 06-split right
def conv_weights(*sizes):
    total = sizes[-1]
    product = 1.0
    for size in sizes:
        product *= size
    return total + product

# %% 06-split wrong: biases are missing | lesson 06
def conv_weights(height, width, channels_in, channels_out):
    return height * width * channels_in * channels_out

# %% 06-split wrong: no square | lesson 06
def conv_weights(height, width, channels_in, channels_out):
    return height * height * channels_in * channels_out + channels_out

# %% 06-split wrong: product, not a sum | lesson 06
def conv_weights(height, width, channels_in, channels_out):
    return height * width * (channels_in + channels_out) + channels_out

# %% 06-split wrong: that come out | lesson 06
def conv_weights(height, width, channels_in, channels_out):
    return height * width * channels_in * channels_out + channels_in

# %% 06-split wrong: not height × width | lesson 06
def conv_weights(height, width, channels_in, channels_out):
    return 102464 if height == 5 else 36928
