# %% 12-frozen right
def mended(model, x, labels):
    for layer in model.layers[-2:]:
        layer.trainable = True
    model.compile("adam", "sparse_categorical_crossentropy")
    for _ in range(4):
        model.train_on_batch(x, labels)
    return model

# %% 12-frozen right
def mended(model, x, labels):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    copy.get_layer("base").trainable = False
    copy.get_layer("last_block").trainable = True
    copy.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    copy.fit(x, labels, epochs=2, verbose=0)
    return copy

# %% 12-frozen wrong: has not moved | compiled | lesson 12
def mended(model, x, labels):
    model.get_layer("last_block").trainable = True
    model.fit(x, labels, epochs=20, verbose=0)
    return model

# %% 12-frozen wrong: still frozen | by its name | lesson 12
def mended(model, x, labels):
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=3, verbose=0)
    return model

# %% 12-frozen wrong: first layer has moved | lesson 12
def mended(model, x, labels):
    for layer in model.layers:
        layer.trainable = True
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=3, verbose=0)
    return model

# %% 12-frozen wrong: large steps destroy | lesson 12
def mended(model, x, labels):
    model.get_layer("last_block").trainable = True
    model.compile(keras.optimizers.Adam(1.0), "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=3, verbose=0)
    return model

# %% 12-frozen wrong: no longer learns | lesson 12
def mended(model, x, labels):
    model.get_layer("last_block").trainable = True
    model.get_layer("your_classes").trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, labels, epochs=3, verbose=0)
    return model

# %% 12-frozen wrong: gives nothing back
def mended(model, x, labels):
    model.get_layer("last_block").trainable = True
    model.compile("adam", "sparse_categorical_crossentropy")

# %% 12-expected right
expected = 0.5

# %% 12-expected right
expected = np.float32(1)

# %% 12-expected wrong: not done yet | from 0 to 1
expected = 90

# %% 12-expected wrong: not done yet
expected = "most of them"

# %% 12-expected wrong: not done yet
expected = None

# %% 12-piles right
train, test = np.flatnonzero(train), tuple(np.flatnonzero(test))

# %% 12-piles right
fold = transfer.folds(photos.labels, sessions, n=4)
held = next(f for f in range(4) if len(set(photos.labels[fold == f])) == 3)
train, test = (fold != held).tolist(), (fold == held).tolist()

# %% 12-piles wrong: nothing is held out | lesson 11
train = test = np.arange(len(photos.labels))

# %% 12-piles wrong: lies in both piles | lesson 11
order = np.random.default_rng(0).permutation(len(photos.labels))
train, test = order[:48], order[48:]

# %% 12-piles wrong: no photo of windmill | lesson 11
test = np.flatnonzero(test)[photos.labels[test] < 2]
train = [i for i in range(len(photos.labels)) if sessions[i] not in {sessions[j] for j in test}]

# %% 12-piles wrong: too few to test on | lesson 11
test = np.flatnonzero(test)[:3]

# %% 12-piles wrong: one for each photo | lesson 11
sessions = sorted(set(sessions))

# %% 12-piles wrong: saved twice | lesson 11
again = np.array(photos.pictures)
again[np.flatnonzero(test)[0]] = again[np.flatnonzero(train)[0]]
photos = photos._replace(pictures=again)

# %% 12-piles wrong: wanted are three | lesson 11
photos = photos._replace(labels=photos.labels % 2, names=("one", "other"))

# %% 12-result right
score, balanced_score, lazy = float(score), np.float16(balanced_score), [lazy]

# %% 12-result right
inside = keras.Sequential([keras.Input((1280,)), keras.layers.Dense(3, "softmax")])
inside.set_weights(head.get_weights())
head, score = inside, round(float(score), 3)
train, test = np.flatnonzero(train), np.flatnonzero(test)

# %% 12-result wrong: trained on all photos | lesson 11
head = transfer.head(vectors, y, 3)

# %% 12-result wrong: on the training photos | lesson 11
score = np.mean(head.predict(vectors[train], verbose=0).argmax(axis=1) == y[train])

# %% 12-result wrong: per cent | lesson 11
score = 100 * score

# %% 12-result wrong: most frequent class | lesson 11
lazy = 1 / 3

# %% 12-result wrong: does not agree | lesson 11
score = 0.5

# %% 12-result wrong: features to your 3 classes | lesson 11
head = transfer.head(vectors[train], y[train], 6)
