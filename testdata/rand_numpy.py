"""Plays a list of calls on NumPy's generator, for TestRandNumPy.

Reads {"seed": str, "key": [..], "calls": [{"op", "args"}]} from the standard input, one
object a line, and answers each with {"outs": [..], "end": state} on one line.
"""
import json
import sys

import numpy as np


def play(g, op, a):
    match op:
        case "uint64":
            return "%016x" % g.bit_generator.random_raw()
        case "integers":
            return g.integers(a[0], a[1])
        case "integers_closed":
            return g.integers(a[0], a[1], endpoint=True)
        case "integers_n":
            return g.integers(a[0], a[1], a[2])
        case "integers_of":
            return g.integers(a[0], a[1], a[2], dtype=a[3])
        case "random":
            return g.random()
        case "random_n":
            return g.random(a[0])
        case "uniform":
            return g.uniform(a[0], a[1])
        case "shuffle":
            x = list(range(a[0]))
            g.shuffle(x)
            return x
        case "permutation":
            return g.permutation(a[0])
        case "choice":
            return g.choice(a[0])
        case "choice_n":
            return g.choice(a[0], a[1])
        case "choice_p":
            return g.choice(len(a[0]), p=a[0])
        case "choice_noreplace":
            return g.choice(a[0], a[1], replace=False)
        case "choice_noreplace_noshuffle":
            return g.choice(a[0], a[1], replace=False, shuffle=False)
        case "choice_noreplace_p":
            return g.choice(len(a[0]), a[1], replace=False, p=a[0])
        case "standard_normal":
            return g.standard_normal()
        case "normal":
            return g.normal(a[0], a[1])
        case "standard_exponential":
            return g.standard_exponential()
        case "exponential":
            return g.exponential(a[0])
    raise ValueError(op)


# Integers beyond 2^53 are strings on the way in and out, as in golden/FORMAT.md.
def number(x):
    return int(x) if isinstance(x, str) and x.lstrip("-").isdigit() else x


def plain(x):
    if isinstance(x, np.ndarray):
        x = x.tolist()
    elif isinstance(x, np.generic):
        x = x.item()
    return str(x) if isinstance(x, int) and abs(x) >= 1 << 53 else x


for line in sys.stdin:
    job = json.loads(line)
    seq = np.random.SeedSequence(int(job["seed"]), spawn_key=tuple(job["key"]))
    g = np.random.Generator(np.random.PCG64(seq))
    outs = [plain(play(g, c["op"], [number(v) for v in c["args"]])) for c in job["calls"]]
    s = g.bit_generator.state
    end = {
        "state": "%032x" % s["state"]["state"],
        "inc": "%032x" % s["state"]["inc"],
        "has32": s["has_uint32"],
        "u32": s["uinteger"],
    }
    print(json.dumps({"outs": outs, "end": end}), flush=True)
