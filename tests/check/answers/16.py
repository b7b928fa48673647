# %% 16-within right
def within(photo, change, most):
    low = np.maximum(photo.astype(int) - most, 0)
    high = np.minimum(photo.astype(int) + most, 255)
    return np.clip(photo.astype(int) + change, low, high).astype(np.uint8)

# %% 16-within right
def within(photo, change, most):
    moved = photo.astype("float32") + np.maximum(np.minimum(change, most), -most)
    return np.minimum(np.maximum(moved, 0), 255).astype("uint8")

# %% 16-within wrong: begin anew | lesson 16
def within(photo, change, most):
    return (photo + np.clip(change, -most, most)).astype("uint8")

# %% 16-within wrong: holds 0 to 255 | lesson 16
def within(photo, change, most):
    return photo.astype(int) + np.clip(change, -most, most)

# %% 16-within wrong: throw away | lesson 16
def within(photo, change, most):
    kept = np.where(abs(change) <= most, change, 0)
    return np.clip(photo.astype(int) + kept, 0, 255).astype("uint8")

# %% 16-within wrong: moved by | bound | lesson 16
def within(photo, change, most):
    return np.clip(photo.astype(int) + change, 0, 255).astype("uint8")

# %% 16-within wrong: fixed 4 | lesson 16
def within(photo, change, most):
    return np.clip(photo.astype(int) + np.clip(change, -4, 4), 0, 255).astype("uint8")

# %% 16-within wrong: another one | lesson 16
def within(photo, change, most):
    return np.clip(photo.astype(int) - np.clip(change, -most, most), 0, 255).astype("uint8")

# %% 16-within wrong: uint8 | int64 | lesson 16
def within(photo, change, most):
    return np.clip(photo.astype("int64") + np.clip(change, -most, most), 0, 255)

# %% 16-fair right
def fair(change):
    places = random.permutation(change.size)
    return change.flatten()[places].reshape(change.shape)

# %% 16-fair right
def fair(change):
    flat = change.ravel().tolist()
    random.shuffle(flat)
    return np.array(flat).reshape(change.shape)

# %% 16-fair wrong: too weak | lesson 16
fair = weak

# %% 16-fair wrong: whole rows | lesson 16
def fair(change):
    return random.permutation(change)

# %% 16-fair wrong: mixed itself | lesson 16
def fair(change):
    flat = change.reshape(-1)
    random.shuffle(flat)
    return flat.reshape(change.shape)

# %% 16-fair wrong: shape | lesson 16
def fair(change):
    return random.permutation(change.ravel())

# %% 16-fair wrong: only signs | lesson 16
def fair(change):
    return change * random.choice([-1, 1], change.shape)

# %% 16-fair wrong: other numbers | lesson 16
def fair(change):
    return random.integers(-4, 5, change.shape) * 2

# %% 16-fair wrong: itself | lesson 16
def fair(change):
    return change.copy()

# %% 16-reached right
def reached(before, after, wanted):
    pairs = list(zip(before, after))
    return [sum(b != a for b, a in pairs), sum(b != a == wanted for b, a in pairs)]

# %% 16-reached right
def reached(before, after, wanted):
    moved = np.flatnonzero(before - after)
    return len(moved), np.count_nonzero(after[moved] == wanted)

# %% 16-reached wrong: had the wanted answer before | lesson 16
def reached(before, after, wanted):
    return (after != before).sum(), (after == wanted).sum()

# %% 16-reached wrong: changed places | lesson 16
def reached(before, after, wanted):
    flipped = after != before
    return (flipped & (after == wanted)).sum(), flipped.sum()

# %% 16-reached wrong: stayed | lesson 16
def reached(before, after, wanted):
    return (after == before).sum(), ((after != before) & (after == wanted)).sum()

# %% 16-reached wrong: shares | lesson 16
def reached(before, after, wanted):
    flipped = after != before
    return flipped.mean(), (flipped & (after == wanted)).mean()

# %% 16-reached wrong: two numbers | lesson 16
def reached(before, after, wanted):
    return (after != before).sum()

# %% 16-reached wrong: of 12 flipped | lesson 16
def reached(before, after, wanted):
    return len(after), ((after != before) & (after == wanted)).sum()
