# %% 02-five-guess right
five_add_up = "Yes"

# %% 02-five-guess right
five_add_up = " no "

# %% 02-five-guess wrong: not done yet | any of them counts
five_add_up = "perhaps"

# %% 02-five-guess wrong: not done yet | any of them counts
five_add_up = 0.9

# %% 02-five-guess wrong: not done yet
five_add_up = None

# %% 02-five-rest right
rest = 1 - np.float16(sum(guess.probability for guess in best))

# %% 02-five-rest right
rest = [float(np.sort(p)[0, :995].sum())]

# %% 02-five-rest wrong: not nothing | lesson 02
rest = 0

# %% 02-five-rest wrong: what the best five have | lesson 02
rest = sum(guess.probability for guess in best)

# %% 02-five-rest wrong: per cent | lesson 02
rest = 100 * (1 - sum(guess.probability for guess in best))

# %% 02-five-rest wrong: one number | lesson 02
rest = np.sort(p[0])[:-5]

# %% 02-five-rest wrong: 995 other classes | lesson 02
rest = 1 - p.max()

# %% 02-softmax right
def softmax(scores):
    out = []
    for row in scores.tolist():
        powers = [np.exp(score - max(row)) for score in row]
        out.append([power / sum(powers) for power in powers])
    return out

# %% 02-softmax right
def softmax(scores):
    return keras.ops.softmax(np.float32(scores), axis=-1)

# %% 02-softmax wrong: below 0 | lesson 02
def softmax(scores):
    return scores / scores.sum(axis=1, keepdims=True)

# %% 02-softmax wrong: columns | axis 1 | lesson 02
def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=0)

# %% 02-softmax wrong: cake of its own | lesson 02
def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum()

# %% 02-softmax wrong: overflows | lesson 02
def softmax(scores):
    with np.errstate(all="ignore"):
        return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

# %% 02-softmax wrong: divide each row | lesson 02
def softmax(scores):
    return np.exp(scores)

# %% 02-softmax wrong: not the powers of e | lesson 02
def softmax(scores):
    positive = scores - scores.min(axis=1, keepdims=True)
    return positive / positive.sum(axis=1, keepdims=True)

# %% 02-softmax wrong: came back as | lesson 02
def softmax(scores):
    return [[0.09, 0.245, 0.665], [0.333, 0.333, 0.333]]

# %% 02-top-k right
def top_k(p, k):
    return sorted(range(1000), key=lambda place: -p[place])[:k]

# %% 02-top-k right
def top_k(p, k):
    return tuple(np.argpartition(-p, k)[:k][np.argsort(-p[np.argpartition(-p, k)[:k]])].astype("float32"))

# %% 02-top-k right
def top_k(p, k):
    places = np.argsort(-p)[:k]
    p[:] = 0
    return places

# %% 02-top-k wrong: smallest | position 0 | lesson 02
def top_k(p, k):
    return np.argsort(p)[:k]

# %% 02-top-k wrong: largest comes first | lesson 02
def top_k(p, k):
    return np.argsort(p)[-k:]

# %% 02-top-k wrong: these are the probabilities | lesson 02
def top_k(p, k):
    return np.sort(p)[::-1][:k]

# %% 02-top-k wrong: asked for 1 | lesson 02
def top_k(p, k):
    return np.argsort(p)[::-1][:5]

# %% 02-top-k wrong: not the places of the largest | lesson 02
def top_k(p, k):
    return list(range(k))

# %% 02-cup right
true = ["D", "B"]

# %% 02-cup right
true = {"b", "d"}

# %% 02-cup right
true = "b and d"

# %% 02-cup wrong: statement a | look at the picture | lesson 02
true = "a, b"

# %% 02-cup wrong: statement c | compete | lesson 02
true = "bcd"

# %% 02-cup wrong: not all | lesson 02
true = "b"

# %% 02-cup wrong: not done yet | letters
true = "none"
