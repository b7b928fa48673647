"""The bench's numbers as a table to read.

In: what the parts gave back. Out: text. A ratio is taken within each round; what stands here is the median of the rounds.
"""

import numpy as np


def spread(values):
    """The median of some numbers, and the least and the most."""
    digits = 0 if np.median(values) >= 100 else 1 if np.median(values) >= 10 else 2
    least, most = (f"{value:.{digits}f}" for value in (min(values), max(values)))
    return f"{np.median(values):.{digits}f} ({least} to {most})"


def ratios(one, other):
    """Round by round, how many times `other` goes into `one`."""
    return [a / b for a, b in zip(one, other, strict=True)]


def machine(found):
    """The first line of it all."""
    facts = found["machine"]
    can = f", can compute in {', '.join(kind for kind in facts['can'] if 'FP' in kind or 'BF' in kind)}" if facts["can"] else ""
    return f"{facts['processor']}, {facts['cores']} cores, {facts['GB']} GB{can}. Files of {found['kB_a_file']:.0f} kB."


def network(name, speed, firsts):
    """One network: pictures a second, one picture, and the first prediction of a new process."""
    rate, limit = speed["pictures_a_second"], speed["limit"]
    loop = rate["the article's loop"]
    rounds = len(loop)
    lines = ["", f"{name} ({speed['weights']}), {rounds} rounds: median (least to most)", ""]
    lines.append(f"{'':30}{'pictures a second':26}{'× the loop':24}of the limit")
    for way, rates in rate.items():
        times = "" if way == "decode alone" else spread(ratios(rates, loop))
        share = spread(ratios(rates, limit[way])) if way in limit else ""
        files = f", {speed['files_a_run'][way]} files a run" if way in limit else ""
        lines.append(f"{way:30}{spread(rates):26}{times:24}{share}{files}".rstrip())
    lines += ["", f"{'one picture':30}{'milliseconds':26}predict is … times as slow"]
    one = speed["one_picture_ms"]
    lines += [f"{way:30}{spread(ms):26}{np.median(ratios(one['model.predict'], ms)):.1f}" for way, ms in one.items()]
    lines += ["", f"{'a new process, seconds':30}imports  building  weights  engine  first call   MB at the peak"]
    for way, first in firsts.items():
        parts = "".join(f"{seconds:9.2f}" for seconds in first["seconds"].values())
        lines.append(f"{way:30}{parts}{'' if first['peak_MB'] is None else format(first['peak_MB'], '14.0f')}")
    lines += [f"{way} is missing: {why}" for way, why in speed["missing"].items()]
    return "\n".join(lines)


def peers(what, facts):
    """The ways to name a folder, side by side, and reading alone. what: of the photos, for the first line."""
    ours = facts["files_a_second"]["ours, auto"]
    lines = ["", f"{what}, {len(ours)} rounds: median (least to most)", ""]
    lines.append(f"{'':40}{'files a second':26}ours, auto is … times as fast")
    for way, rates in {**facts["files_a_second"], "the limit": facts["limit"]}.items():
        lines.append(f"{way:40}{spread(rates):26}{spread(ratios(ours, rates))}")
    lines += ["", f"{'reading alone':40}files a second"]
    lines += [f"{way:40}{spread(rates)}" for way, rates in facts["reading"].items()]
    lines += [f"{way} is missing: {why}" for way, why in facts["missing"].items()]
    return "\n".join(lines)


def in_8_bits(name, facts):
    """What whole numbers of 8 bits gain and cost, beside float32 of the same engine."""
    lines = []
    for way, other in facts["float"].items():
        if way in facts["missing"] or other in facts["missing"]:
            lines.append(f"{name}, {way} is missing: {facts['missing'].get(way) or facts['missing'][other]}")
            continue
        times, agree = spread(ratios(facts["speed"][way], facts["speed"][other])), facts["agreement"][way]
        same = f"{agree['same_first_guess']} of {agree['photos']} first guesses the same"
        changed = f"{same}, largest change {agree['largest_difference']:.2f}"
        lines.append(f"{name}, {way}: {times} times as fast as float32; of {facts['answers of']} {changed}")
    return "\n".join(lines)


def rest(found):
    """Agreement, reduced reading, 8 bits, long runs and broken ones."""
    lines = [in_8_bits(name, facts) for name, facts in found["int8"].items() if facts]
    for name, facts in (found["reduced"] or {}).items():
        same = f"{facts['same_first_guess']} of {facts['photos']} first guesses the same"
        lines.append(
            f"{name}, large photos, auto and exact: {same}, top probability moved {facts['top_moved_most']:.3f} at most"
        )
    for pair, facts in (found["agreement"] or {}).items():
        same = f"{facts['same_first_guess']} of {facts['photos']} first guesses the same"
        lines.append(f"{pair}: {same}, largest difference {facts['largest_difference']:.1e}")
    for run in (found["lasting"] or {"runs": []})["runs"]:
        reported = f"{run['spoiled']} spoiled, {'all' if run['reported'] else 'NOT all'} reported"
        lines.append(f"{run['files']} files: {run['ms_a_file']:.2f} ms each, {run['MB']:.0f} MB after it, {reported}")
    for kind in ("csv", "parquet"):
        if found["kills"]:
            facts = found["kills"][kind]
            tables = "table" if facts["tables"] == 1 else "tables"
            same = "each as from an undisturbed run" if facts["same"] else "NOT all as from an undisturbed run"
            lines.append(f"{kind}: killed {facts['kills']} times at work; {facts['tables']} {tables}, {same}")
    return "\n".join(lines)
