# %% 15-person-guess right
above_5 = "Yes"

# %% 15-person-guess right
above_5 = "no"

# %% 15-person-guess wrong: not done yet
above_5 = 0.02

# %% 15-person-guess wrong: not done yet
above_5 = "perhaps"

# %% 15-person-guess wrong: not done yet
above_5 = None

# %% 15-person right
true = ["d", "b"]

# %% 15-person right
true = "B, D."

# %% 15-person wrong: statement a | not sure | lesson 15
true = "abd"

# %% 15-person wrong: statement c | hang in a shop | lesson 15
true = "c"

# %% 15-person wrong: not all | below *a person* | lesson 15
true = "d"

# %% 15-coverage right
def coverage_and_risk(best, right, threshold):
    answers = [(share, good) for share, good in zip(best, right) if share >= threshold]
    return [len(answers) / len(best), sum(not good for _, good in answers) / len(answers)]

# %% 15-coverage right
def coverage_and_risk(best, right, threshold):
    given = best >= threshold
    return np.array([np.mean(given), np.mean(~right[given])])

# %% 15-coverage wrong: the other way round | lesson 15
def coverage_and_risk(best, right, threshold):
    given = best >= threshold
    return 1 - right[given].mean(), given.mean()

# %% 15-coverage wrong: exactly the threshold | lesson 15
def coverage_and_risk(best, right, threshold):
    given = best > threshold
    return given.mean(), 1 - right[given].mean()

# %% 15-coverage wrong: counts | lesson 15
def coverage_and_risk(best, right, threshold):
    given = best >= threshold
    return given.sum(), (given & ~right).sum()

# %% 15-coverage wrong: among the answers that are given | lesson 15
def coverage_and_risk(best, right, threshold):
    given = best >= threshold
    return given.mean(), (given & ~right).mean()

# %% 15-coverage wrong: share of right answers | lesson 15
def coverage_and_risk(best, right, threshold):
    given = best >= threshold
    return given.mean(), right[given].mean()

# %% 15-coverage wrong: the coverage is right, but | lesson 15
def coverage_and_risk(best, right, threshold):
    return (best >= threshold).mean(), 7

# %% 15-coverage wrong: the coverage is | lesson 15
def coverage_and_risk(best, right, threshold):
    return 7, 7

# %% 15-coverage wrong: two numbers are wanted
def coverage_and_risk(best, right, threshold):
    return (best >= threshold).mean()

# %% 15-promise right
def promise(best, right, choose, wanted):
    for threshold in np.sort(best[choose]):
        given = best >= threshold
        if right[choose & given].mean() >= wanted:
            return right[~choose & given].mean()

# %% 15-promise right
def promise(best, right, choose, wanted):
    kept = [t for t in best[choose] if right[choose & (best >= t)].mean() >= wanted]
    answers = [good for share, good, mine in zip(best, right, choose) if share >= min(kept) and not mine]
    return sum(answers) / len(answers)

# %% 15-promise wrong: that the threshold was chosen by | lesson 15
def promise(best, right, choose, wanted):
    for threshold in np.sort(best[choose]):
        given = best >= threshold
        if right[choose & given].mean() >= wanted:
            return right[choose & given].mean()

# %% 15-promise wrong: that is the threshold | lesson 15
def promise(best, right, choose, wanted):
    for threshold in np.sort(best[choose]):
        given = best >= threshold
        if right[choose & given].mean() >= wanted:
            return threshold

# %% 15-promise wrong: by the pile that you report on | lesson 15
def promise(best, right, choose, wanted):
    for threshold in np.sort(best[~choose]):
        given = best >= threshold
        if right[~choose & given].mean() >= wanted:
            return right[~choose & given].mean()

# %% 15-promise wrong: by all photos | lesson 15
def promise(best, right, choose, wanted):
    for threshold in np.sort(best):
        given = best >= threshold
        if right[given].mean() >= wanted:
            return right[~choose & given].mean()

# %% 15-promise wrong: report on all of them | lesson 15
def promise(best, right, choose, wanted):
    return right[best >= min(t for t in best if right[best >= t].mean() >= wanted)].mean()

# %% 15-promise wrong: the highest threshold | lesson 15
def promise(best, right, choose, wanted):
    for threshold in np.sort(best[choose])[::-1]:
        given = best >= threshold
        if right[choose & given].mean() >= wanted:
            return right[~choose & given].mean()

# %% 15-promise wrong: the lowest threshold is | lesson 15
def promise(best, right, choose, wanted):
    return 0.123
