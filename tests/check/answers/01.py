# Answers to the exercises of lesson 01. "right" must pass; after "wrong:" stand words that the refusal must say.

# %% 01-batch-axis right
def add_batch_axis(picture):
    return picture[np.newaxis]

# %% 01-batch-axis right
def add_batch_axis(picture):
    return [picture.tolist()]

# %% 01-batch-axis right
sum = list = 3
add_batch_axis = lambda picture: np.reshape(picture, (1,) + picture.shape).astype("float16")

# %% 01-batch-axis wrong: last | lesson 01 | One picture to a batch
def add_batch_axis(picture):
    return np.expand_dims(picture, axis=-1)

# %% 01-batch-axis wrong: no axis was added | lesson 01
def add_batch_axis(picture):
    return picture

# %% 01-batch-axis wrong: changed their places | lesson 01
def add_batch_axis(picture):
    return picture[None, ::-1]

# %% 01-batch-axis wrong: gives nothing back | return
def add_batch_axis(picture):
    print(picture[None].shape)

# %% 01-batch-axis wrong: must be a function
add_batch_axis = np.expand_dims(dog, 0)

# %% 01-batch-axis wrong: stopped with TypeError | another meaning | restart
max = 255
def add_batch_axis(picture):
    return picture[None] / max(picture)

# %% 01-decode right
def best_five(p):
    return [guess.name for guess in labels.decode(p, top=5)[0]]

# %% 01-decode right
def best_five(p):
    return tuple(labels.name(int(place)) for place in np.argsort(-p[0])[:5])

# %% 01-decode wrong: stopped with ValueError
def best_five(p):
    return [name for _, name, _ in decode_predictions(p[0], top=5)[0]]

# %% 01-decode wrong: most probable comes first | lesson 01
def best_five(p):
    return [labels.name(int(place)) for place in np.argsort(p[0])[-5:]]

# %% 01-decode wrong: names only | lesson 01
def best_five(p):
    return decode_predictions(p, top=5)[0]

# %% 01-decode wrong: five names | lesson 01
def best_five(p):
    return decode_predictions(p, top=5)

# %% 01-decode wrong: not the names | lesson 01
def best_five(p):
    return ["German_shepherd", "malinois", "kelpie", "dingo", "Leonberg"]

# %% 01-order right
steps = ["load", "resize", "normalize", "batch", "predict", "decode"]

# %% 01-order right
steps = "load, resize, batch, normalize, predict, decode"

# %% 01-order wrong: one picture is resized | one size | lesson 01
steps = ["load", "batch", "resize", "normalize", "predict", "decode"]

# %% 01-order wrong: takes a batch | lesson 01
steps = ["load", "resize", "batch", "predict", "normalize", "decode"]

# %% 01-order wrong: names can be given to probabilities | lesson 01
steps = ["load", "resize", "batch", "normalize", "decode", "predict"]

# %% 01-order wrong: once
steps = ["load", "resize", "predict"]

# %% 01-one-class right
def share(p, wnid):
    return float(p[0][labels.index(wnid)])

# %% 01-one-class right
def share(p, wnid):
    return {guess.wnid: guess.probability for guess in labels.decode(p, top=1000)[0]}[wnid]

# %% 01-one-class right
def share(p, wnid):
    return p[:, [number for number, name in labels.classes()].index(wnid)]

# %% 01-one-class wrong: outside the best five | lesson 01
def share(p, wnid):
    return sum(guess.probability for guess in labels.decode(p)[0] if guess.wnid == wnid and guess.name != "crane") \
        if labels.name(labels.index(wnid)) != "crane" else p[0, labels.index(wnid)]

# %% 01-one-class wrong: two classes are called crane | lesson 02
def share(p, wnid):
    names = [name for _, name in labels.classes()]
    return p[0, names.index(labels.name(labels.index(wnid)))]

# %% 01-one-class wrong: which row | lesson 01
def share(p, wnid):
    return p

# %% 01-one-class wrong: stopped with IndexError
def share(p, wnid):
    return p[labels.index(wnid)]

# %% 01-one-class wrong: another class | lesson 01
def share(p, wnid):
    return p[0, labels.index(wnid) - 1] if "crane" not in labels.name(labels.index(wnid)) else p[0, labels.index(wnid)]
