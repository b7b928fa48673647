# %% 10-cover right
def drop_map(score, x, tile):
    before, mean, rows = score(x), x.mean(axis=0).mean(axis=0), []
    for top in range(0, len(x), tile):
        row = []
        for left in range(0, len(x[0]), tile):
            kept = x[top:top + tile, left:left + tile].copy()
            x[top:top + tile, left:left + tile] = mean
            row.append(before - score(x))
            x[top:top + tile, left:left + tile] = kept
        rows.append(row)
    return rows

# %% 10-cover right
def drop_map(score, x, tile):
    inside = np.zeros(x.shape[:2], int)
    columns = x.shape[1] // tile
    number = (np.arange(x.shape[0])[:, None] // tile) * columns + np.arange(x.shape[1]) // tile
    covers = [np.where((number == n)[..., None], x.mean((0, 1)), x) for n in range(number.max() + 1)]
    return np.float32([score(x) - score(cover) for cover in covers]).reshape(-1, columns)

# %% 10-cover wrong: what is left | bright | lesson 10
def drop_map(score, x, tile):
    left_over = np.zeros((x.shape[0] // tile, x.shape[1] // tile))
    for row, column in np.ndindex(*left_over.shape):
        covered = x.copy()
        covered[row * tile:(row + 1) * tile, column * tile:(column + 1) * tile] = x.mean(axis=(0, 1))
        left_over[row, column] = score(covered)
    return left_over

# %% 10-cover wrong: sign is turned | lesson 10
def drop_map(score, x, tile):
    out = np.zeros((x.shape[0] // tile, x.shape[1] // tile))
    for row, column in np.ndindex(*out.shape):
        covered = x.copy()
        covered[row * tile:(row + 1) * tile, column * tile:(column + 1) * tile] = x.mean(axis=(0, 1))
        out[row, column] = score(covered) - score(x)
    return out

# %% 10-cover wrong: rows and columns | lesson 03
def drop_map(score, x, tile):
    out = np.zeros((x.shape[1] // tile, x.shape[0] // tile))
    for column, row in np.ndindex(*out.shape):
        covered = x.copy()
        covered[row * tile:(row + 1) * tile, column * tile:(column + 1) * tile] = x.mean(axis=(0, 1))
        out[column, row] = score(x) - score(covered)
    return out

# %% 10-cover wrong: stay covered | copy | lesson 10
def drop_map(score, x, tile):
    before, mean = score(x), x.mean(axis=(0, 1))
    out = np.zeros((x.shape[0] // tile, x.shape[1] // tile))
    for row, column in np.ndindex(*out.shape):
        x[row * tile:(row + 1) * tile, column * tile:(column + 1) * tile] = mean
        out[row, column] = before - score(x)
    return out

# %% 10-cover wrong: black | lesson 10
def drop_map(score, x, tile):
    out = np.zeros((x.shape[0] // tile, x.shape[1] // tile))
    for row, column in np.ndindex(*out.shape):
        covered = x.copy()
        covered[row * tile:(row + 1) * tile, column * tile:(column + 1) * tile] = 0
        out[row, column] = score(x) - score(covered)
    return out

# %% 10-cover wrong: one grey | lesson 10
def drop_map(score, x, tile):
    out = np.zeros((x.shape[0] // tile, x.shape[1] // tile))
    for row, column in np.ndindex(*out.shape):
        covered = x.copy()
        covered[row * tile:(row + 1) * tile, column * tile:(column + 1) * tile] = x.mean()
        out[row, column] = score(x) - score(covered)
    return out

# %% 10-whose-map right
def map_for(model, x, wnid):
    place = [number for number, _ in labels.classes()].index(wnid)
    return explain.grad_cam(model, x, class_index=place).tolist()

# %% 10-whose-map right
def map_for(model, x, wnid):
    import keras, tensorflow as tf
    parts = keras.Model(model.input, [model.get_layer("head_relu").output, model.layers[-1].input])
    maps = parts(x)[0]
    W = model.layers[-1].get_weights()[0][:, labels.index(wnid)]
    coarse = np.maximum((maps[0].numpy() * W).sum(axis=-1), 0)
    cam = tf.image.resize(coarse[..., None], x.shape[1:3])[..., 0].numpy()
    return cam / cam.max()

# %% 10-whose-map wrong: whose score | first guess | lesson 10
map_for = map_of

# %% 10-whose-map wrong: colours were not the mistake | lesson 10
def map_for(model, x, wnid):
    return 1 - explain.grad_cam(model, x)

# %% 10-whose-map wrong: other crane | lesson 02
def map_for(model, x, wnid):
    names = [name for _, name in labels.classes()]
    return explain.grad_cam(model, x, names.index(labels.name(labels.index(wnid))))

# %% 10-whose-map wrong: not the map of | lesson 10
def map_for(model, x, wnid):
    return explain.grad_cam(model, x, 235)

# %% 10-whose-map wrong: size of the picture | lesson 10
def map_for(model, x, wnid):
    return explain.grad_cam(model, x, labels.index(wnid))[::32, ::32]
