# %% 13-yardstick right
def yardstick(read_ms, cores, compute_ms):
    reading, computing = 1000 * cores / read_ms, 1000 / compute_ms
    return 1 / (1 / reading + 1 / computing)

# %% 13-yardstick right
def yardstick(read_ms, cores, compute_ms):
    return np.array([1000 * cores / (read_ms + cores * compute_ms)])

# %% 13-yardstick wrong: milliseconds of one picture | lesson 13
def yardstick(read_ms, cores, compute_ms):
    return read_ms / cores + compute_ms

# %% 13-yardstick wrong: 1000 | lesson 13
def yardstick(read_ms, cores, compute_ms):
    return 1 / (read_ms / cores + compute_ms)

# %% 13-yardstick wrong: one core | lesson 13
def yardstick(read_ms, cores, compute_ms):
    return 1000 / (read_ms + compute_ms)

# %% 13-yardstick wrong: computing too | lesson 13
def yardstick(read_ms, cores, compute_ms):
    return 1000 * cores / (read_ms + compute_ms)

# %% 13-yardstick wrong: slower stage alone | lesson 13
def yardstick(read_ms, cores, compute_ms):
    return min(1000 * cores / read_ms, 1000 / compute_ms)

# %% 13-yardstick wrong: not | lesson 13
def yardstick(read_ms, cores, compute_ms):
    return 1000 / compute_ms

# %% 13-quick right
def quick(files, load, read):
    network, answers, waiting = load(), [], []
    for file in files:
        waiting.append(read(file))
        if len(waiting) == 32 or file == files[-1]:
            answers.extend(network(np.array(waiting)))
            waiting = []
    return answers

# %% 13-quick right
def quick(files, load, read):
    network, n = load(), len(files)
    out = np.zeros((n, 1000))
    for i in range(0, n, 32):
        out[i:i + 32] = network(np.stack([read(file) for file in files[i:min(i + 32, n)]]))
    return out

# %% 13-quick wrong: loaded 70 times | lesson 13
quick = slow

# %% 13-quick wrong: loaded 3 times | lesson 13
def quick(files, load, read):
    batches = [files[i:i + 32] for i in range(0, len(files), 32)]
    return np.concatenate([load()(np.stack([read(file) for file in batch])) for batch in batches])

# %% 13-quick wrong: called 70 times | lesson 13
def quick(files, load, read):
    network = load()
    return np.array([network(read(file)[np.newaxis])[0] for file in files])

# %% 13-quick wrong: one call got 70 | lesson 13
def quick(files, load, read):
    return load()(np.stack([read(file) for file in files]))

# %% 13-quick wrong: may be shorter | lesson 13
def quick(files, load, read):
    network, answers = load(), []
    for i in range(len(files) // 32):
        answers.append(network(np.stack([read(file) for file in files[32 * i:32 * i + 32]])))
    return np.concatenate(answers)

# %% 13-quick wrong: takes a batch | lesson 13
def quick(files, load, read):
    network = load()
    return np.array([network(read(file)) for file in files])

# %% 13-quick wrong: order | lesson 13
def quick(files, load, read):
    network, answers = load(), []
    for i in range(0, len(files), 32):
        answers.append(network(np.stack([read(file) for file in files[i:i + 32]])))
    return np.concatenate(answers[::-1])

# %% 13-going-on right
def still_to_do(files, table):
    done = table[table.error == ""].file.tolist()
    return pd.Series([file for file in files if file not in done])

# %% 13-going-on right
def still_to_do(files, table):
    errors = dict(zip(table.file, table.error))
    return tuple(file for file in files if errors.get(file, "no row") != "")

# %% 13-going-on wrong: with an error are missing | lesson 13
def still_to_do(files, table):
    return [file for file in files if file not in set(table.file)]

# %% 13-going-on wrong: without a row are missing | lesson 13
def still_to_do(files, table):
    return table.file[table.error != ""].tolist()

# %% 13-going-on wrong: that is what is done | lesson 13
def still_to_do(files, table):
    return table.file[table.error == ""].tolist()

# %% 13-going-on wrong: everything | lesson 13
def still_to_do(files, table):
    return [file for file in files if file not in table.file]

# %% 13-going-on wrong: order | lesson 13
def still_to_do(files, table):
    done = set(table.file[table.error == ""])
    return sorted([file for file in files if file not in done], reverse=files != sorted(files, reverse=True))
