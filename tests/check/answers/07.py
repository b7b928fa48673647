# %% 07-turn-guess right
still = "Yes"

# %% 07-turn-guess right
still = "no"

# %% 07-turn-guess wrong: not done yet
still = "malinois"

# %% 07-turn-guess wrong: not done yet
still = "perhaps"

# %% 07-turn-guess wrong: not done yet
still = 180

# %% 07-turn right
true = ["d", "a"]

# %% 07-turn right
true = "A and D"

# %% 07-turn wrong: statement b | sum | lesson 07
true = "abd"

# %% 07-turn wrong: statement c | by itself | lesson 07
true = "a, c"

# %% 07-turn wrong: not all | lesson 07
true = "a"

# %% 07-brighter right
def brighter(photo, factor):
    return np.minimum(photo.astype("float64") * factor, 255).astype("uint8")

# %% 07-brighter right
brighter = changes.brightened

# %% 07-brighter right
def brighter(photo, factor):
    return np.clip(np.rint(photo * float(factor)), 0, 255).astype("uint8")

# %% 07-brighter wrong: begins anew | lesson 07
def brighter(photo, factor):
    return (photo * float(factor)).astype("int64").astype("uint8")

# %% 07-brighter wrong: ends at 255 | lesson 07
def brighter(photo, factor):
    return photo * float(factor)

# %% 07-brighter wrong: uint8 | float64 | lesson 07
def brighter(photo, factor):
    return np.clip(photo * float(factor), 0, 255)

# %% 07-brighter wrong: changed | new one | lesson 04
def brighter(photo, factor):
    photo[:] = np.clip(photo * float(factor), 0, 255)
    return photo

# %% 07-brighter wrong: not the values | lesson 07
def brighter(photo, factor):
    return np.clip(photo + 100 * float(factor), 0, 255).astype("uint8")

# %% 07-breaks right
def breaks_at(change, name_of, photo, levels):
    names = [name_of(change(photo, level)) for level in levels]
    other = [level for level, name in zip(levels, names) if name != name_of(photo)]
    return other[0] if other else "never"

# %% 07-breaks right
def breaks_at(change, name_of, photo, levels):
    for level in levels:
        changed = change(photo.copy(), level)
        if not name_of(changed) == name_of(photo):
            return level
    else:
        return "never"

# %% 07-breaks wrong: too early | untouched | lesson 07
breaks_at = too_early

# %% 07-breaks wrong: too late | lesson 07
def breaks_at(change, name_of, photo, levels):
    other = [level for level in levels if name_of(change(photo, level)) != name_of(photo)]
    return other[-1] if other else "never"

# %% 07-breaks wrong: place in the list | lesson 07
def breaks_at(change, name_of, photo, levels):
    for place, level in enumerate(levels):
        if name_of(change(photo, level)) != name_of(photo):
            return place
    return "never"

# %% 07-breaks wrong: "never" | lesson 07
def breaks_at(change, name_of, photo, levels):
    for level in levels:
        if name_of(change(photo, level)) != name_of(photo):
            return level
    return levels[-1]

# %% 07-breaks wrong: not the level | lesson 07
def breaks_at(change, name_of, photo, levels):
    return "never"
