# %% 11-leak right
def leaked(train, test, authors):
    train_authors = np.array(authors)[train]
    return np.array(test)[np.isin(np.array(authors)[test], train_authors)]

# %% 11-leak right
def leaked(train, test, authors):
    return {float(i) for i in test for j in train if i == j or authors[i] == authors[j]}

# %% 11-leak wrong: by an author that it knows | lesson 11
def leaked(train, test, authors):
    return sorted(set(train) & set(test))

# %% 11-leak wrong: these are authors | lesson 11
def leaked(train, test, authors):
    return {authors[i] for i in train} & {authors[i] for i in test}

# %% 11-leak wrong: places within | lesson 11
def leaked(train, test, authors):
    known = {authors[i] for i in train}
    return [place for place, i in enumerate(test) if authors[i] in known]

# %% 11-leak wrong: to blame | lesson 11
def leaked(train, test, authors):
    tested = {authors[i] for i in test}
    return [i for i in train if authors[i] in tested]

# %% 11-leak wrong: most of all | lesson 11
def leaked(train, test, authors):
    known = {authors[i] for i in train}
    return [i for i in test if authors[i] in known and i not in train]

# %% 11-leak wrong: you gave | lesson 11
def leaked(train, test, authors):
    return list(range(22))

# %% 11-confusion right
def confusion(truth, answers, n):
    return [[sum(1 for t, a in zip(truth, answers) if (t, a) == (row, column)) for column in range(n)] for row in range(n)]
def balanced(matrix):
    shares = [row[c] / sum(row) for c, row in enumerate(matrix)]
    return sum(shares) / len(shares)

# %% 11-confusion right
def confusion(truth, answers, n):
    return pd.crosstab(truth, answers).reindex(index=range(n), columns=range(n), fill_value=0)
def balanced(matrix):
    matrix = np.asarray(matrix)
    return np.float32(np.mean(matrix.diagonal() / matrix.sum(1)))

# %% 11-confusion wrong: a row is a truth | lesson 11
def confusion(truth, answers, n):
    return np.bincount(n * answers + truth, minlength=n * n).reshape(n, n)

# %% 11-confusion wrong: shares | lesson 11
def confusion(truth, answers, n):
    matrix = np.bincount(n * truth + answers, minlength=n * n).reshape(n, n)
    return matrix / matrix.sum(axis=1, keepdims=True)

# %% 11-confusion wrong: plain share | lesson 11
def balanced(matrix):
    return np.trace(matrix) / np.sum(matrix)

# %% 11-confusion wrong: divided by the columns | lesson 11
def balanced(matrix):
    return np.mean(np.diag(matrix) / np.maximum(np.sum(matrix, axis=0), 1))

# %% 11-confusion wrong: wanted is their mean | lesson 11
def balanced(matrix):
    return np.sum(np.diag(matrix) / np.sum(matrix, axis=1))

# %% 11-confusion wrong: diagonal | lesson 11
def confusion(truth, answers, n):
    return np.diag([np.sum((truth == c) & (answers == c)) for c in range(n)])

# %% 11-confusion wrong: has the shape | lesson 11
def confusion(truth, answers, n):
    return np.zeros((6, 6), int)
