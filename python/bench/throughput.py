"""Steps a second from Python with random actions, resets included, one JSON line each.

usage: throughput.py [--env MiniGrid-DoorKey-8x8-v0] [--lanes 1,256,4096] [--secs 1] [--rounds 1] [--peers]

lanes 1 is gymnasium.make and a Python loop. steps_per_cpu_s counts the CPU seconds
of the process, and is what to compare on a machine that does other work, too.

--peers measures the installed minigrid (one environment) and envpool (256 and 4096
environments, one thread) in turn with ours, in every round, and prints at the end
how many times faster we are by the best of each, per CPU second and per second."""

import argparse
import json
import resource
import time

import gymnasium
import numpy as np

import miniflow


def measure(step, secs):
    """Calls step, which returns how many steps it took, for a while."""

    def cpu():
        r = resource.getrusage(resource.RUSAGE_SELF)
        return r.ru_utime + r.ru_stime

    step()
    n, c, t = 0, cpu(), time.perf_counter()
    while time.perf_counter() - t < secs:
        n += step()
    return n / (time.perf_counter() - t), n / (cpu() - c)


def one(name, secs):
    """One environment; the same loop for ours and for the original."""
    env = gymnasium.make(name, disable_env_checker=True)
    actions = np.random.default_rng(0).integers(0, env.action_space.n, 1 << 11).tolist()
    env.reset(seed=0)

    def some():
        step = env.step
        for action in actions:
            _, _, terminated, truncated, _ = step(action)
            if terminated or truncated:
                env.reset()
        return len(actions)

    return measure(some, secs)


def batch(envs, lanes, dtype, secs):
    """Many environments that are stepped together."""
    actions = np.random.default_rng(0).integers(0, 7, (64, lanes)).astype(dtype)

    def some():
        for k in range(max(1, 16384 // lanes)):
            envs.step(actions[k & 63])
        return lanes * max(1, 16384 // lanes)

    return measure(some, secs)


def ours(env_id, lanes, secs, **options):
    envs = gymnasium.make_vec("miniflow/" + env_id, num_envs=lanes, **options)
    envs.reset(seed=0)
    return batch(envs, lanes, np.int64, secs)


def pool(env_id, lanes, secs):
    import envpool

    envs = envpool.make(env_id, env_type="gymnasium", num_envs=lanes, seed=1, num_threads=1)
    envs.reset()
    return batch(envs, lanes, np.int32, secs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="MiniGrid-DoorKey-8x8-v0")
    parser.add_argument("--lanes", default="1,256,4096")
    parser.add_argument("--secs", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--peers", action="store_true")
    a = parser.parse_args()
    best = {}

    def line(peer, lanes, rates, **options):
        config = {"num_envs": lanes, **options, "steps_per_cpu_s": round(rates[1])}
        print(json.dumps({"peer": peer, "work": a.env, "steps_per_s": round(rates[0]), "config": config}), flush=True)
        kept = best.setdefault(lanes, {}).get(peer, (0, 0))
        best[lanes][peer] = tuple(map(max, kept, rates))

    for _ in range(a.rounds):
        for lanes in map(int, a.lanes.split(",")):
            if a.peers and lanes == 1:
                import minigrid  # noqa: F401  registers its ids

                line("minigrid", 1, one(a.env, a.secs))
            elif a.peers:
                line("envpool", lanes, pool(a.env, lanes, a.secs))
            if lanes == 1:
                line("miniflow", 1, one("miniflow/" + a.env, a.secs))
                continue
            for options in ({}, {"threads": 1}, {"threads": 1, "copy": False}, {"copy": False}):
                line("miniflow", lanes, ours(a.env, lanes, a.secs, **options), **options)
    for lanes, rates in best.items() if a.peers else ():
        peer = "minigrid" if lanes == 1 else "envpool"
        wall, cpu = (us / them for us, them in zip(rates["miniflow"], rates[peer]))
        print(f"{lanes} environments: {cpu:.0f} times {peer} per CPU second, {wall:.0f} times per second")


if __name__ == "__main__":
    main()
