# %% 09-scores right
def hit_rate(p, accepted, k):
    hits = total = 0
    for guesses, good in zip(labels.decode(p, top=k), accepted):
        if len(good) > 0:
            total += 1
            hits += any(guess.wnid in good for guess in guesses)
    return hits / total

# %% 09-scores right
def hit_rate(p, accepted, k):
    places = [[labels.index(wnid) for wnid in good] for good in accepted]
    best = np.argsort(-p, axis=1)[:, :k]
    return np.mean([np.isin(row, good).any() for row, good in zip(best, places) if good])

# %% 09-scores wrong: divided by all | could be right at all | lesson 09
def hit_rate(p, accepted, k):
    return np.mean([any(g.wnid in good for g in five) for five, good in zip(labels.decode(p, top=k), accepted)])

# %% 09-scores wrong: crane | lesson 02
def hit_rate(p, accepted, k):
    names = [{labels.name(labels.index(wnid)) for wnid in good} for good in accepted]
    return np.mean([any(g.name in good for g in five) for five, good in zip(labels.decode(p, top=k), names) if good])

# %% 09-scores wrong: first guess only | lesson 09
def hit_rate(p, accepted, k):
    return np.mean([five[0].wnid in good for five, good in zip(labels.decode(p), accepted) if good])

# %% 09-scores wrong: counts once | lesson 09
def hit_rate(p, accepted, k):
    hits = sum(g.wnid in good for five, good in zip(labels.decode(p, top=k), accepted) for g in five)
    return hits / sum(map(bool, accepted))

# %% 09-scores wrong: how many | lesson 09
def hit_rate(p, accepted, k):
    return sum(any(g.wnid in good for g in five) for five, good in zip(labels.decode(p, top=k), accepted))

# %% 09-scores wrong: not the share | lesson 09
def hit_rate(p, accepted, k):
    return 11 / 13

# %% 09-timing right
def fair(load, batch):
    from time import time as now
    network = load()
    for _ in range(2):
        network(batch)
    start = now()
    for _ in range(10):
        network(batch)
    return (now() - start) / 10 * 1000

# %% 09-timing right
def fair(load, batch):
    import timeit
    network = load()
    network(batch)
    return 1e3 * min(timeit.repeat(lambda: network(batch), number=1, repeat=6))

# %% 09-timing wrong: first call | thins | lesson 09
def fair(load, batch):
    network = load()
    start = time.perf_counter()
    for _ in range(20):
        network(batch)
    return 1000 * (time.perf_counter() - start) / 20

# %% 09-timing wrong: loading is in your time | lesson 09
def fair(load, batch):
    start = time.perf_counter()
    network = load()
    for _ in range(5):
        network(batch)
    return 1000 * (time.perf_counter() - start) / 5

# %% 09-timing wrong: loaded 2 times | lesson 09
fair = unfair

# %% 09-timing wrong: in seconds | lesson 09
def fair(load, batch):
    network, times = load(), []
    network(batch)
    for _ in range(5):
        start = time.perf_counter()
        network(batch)
        times.append(time.perf_counter() - start)
    return np.median(times)

# %% 09-timing wrong: all calls together | lesson 09
def fair(load, batch):
    network = load()
    network(batch)
    start = time.perf_counter()
    for _ in range(5):
        network(batch)
    return 1000 * (time.perf_counter() - start)

# %% 09-timing wrong: never called | lesson 09
def fair(load, batch):
    return 42

# %% 09-timing wrong: warm up | lesson 09
def fair(load, batch):
    network = load()
    network(batch)
    start = time.perf_counter()
    network(batch)
    return 1000 * (time.perf_counter() - start)
