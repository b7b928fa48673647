# %% 08-giraffe-guess right
above_half = "No"

# %% 08-giraffe-guess right
above_half = "yes"

# %% 08-giraffe-guess wrong: not done yet
above_half = "maybe"

# %% 08-giraffe-guess wrong: not done yet
above_half = 0.62

# %% 08-giraffe-guess wrong: not done yet
above_half = None

# %% 08-giraffe right
true = ["d", "b"]

# %% 08-giraffe right
true = "B, D."

# %% 08-giraffe wrong: statement a | not in the list | lesson 08
true = "abd"

# %% 08-giraffe wrong: statement c | as wrong as before | lesson 02
true = "c"

# %% 08-giraffe wrong: not all | list of classes | lesson 08
true = "d"

# %% 08-dogs right
def all_dogs(p):
    return labels.roll_up(p)["n02084071"]

# %% 08-dogs right
def all_dogs(p):
    return sum(float(share) for share in p[151:269])

# %% 08-dogs right
def all_dogs(p):
    return np.array([[sum(p[i] for i, (w, _) in enumerate(labels.classes()) if "n02084071" in labels.ancestors(w))]])

# %% 08-dogs wrong: one dog is missing | lesson 02
def all_dogs(p):
    return p[151:268].sum()

# %% 08-dogs wrong: hot dog | pug | lesson 08
def all_dogs(p):
    return sum(p[i] for i, (_, name) in enumerate(labels.classes()) if "dog" in name.lower())

# %% 08-dogs wrong: wolves | lesson 08
def all_dogs(p):
    return labels.roll_up(p)["n02083346"]

# %% 08-dogs wrong: best dog alone | lesson 08
def all_dogs(p):
    return p[151:269].max()

# %% 08-dogs wrong: add the shares | lesson 08
def all_dogs(p):
    return 0.97

# %% 08-blur right
def first_below_half(levels, p, index):
    for level, row in zip(levels, p):
        if row[index] < 0.5:
            return float(level)

# %% 08-blur right
def first_below_half(levels, p, index):
    return np.array(levels)[p[:, index] < 0.5][0]

# %% 08-blur wrong: first guess changes | hold the class fixed | lesson 08
def first_below_half(levels, p, index):
    return next(level for level, row in zip(levels, p) if row.argmax() != index)

# %% 08-blur wrong: place in the list | lesson 08
def first_below_half(levels, p, index):
    return np.argmax(p[:, index] < 0.5)

# %% 08-blur wrong: came earlier | lesson 08
def first_below_half(levels, p, index):
    return max(level for level, row in zip(levels, p) if row[index] < 0.5)

# %% 08-blur wrong: still more than half | lesson 08
def first_below_half(levels, p, index):
    below = np.argmax(p[:, index] < 0.5)
    return levels[below - 1]

# %% 08-blur wrong: is not the first | lesson 08
def first_below_half(levels, p, index):
    return 400
