"""Steps a second from Python with random actions, resets included, one JSON line each.

usage: throughput.py [--env MiniGrid-DoorKey-8x8-v0] [--lanes 1,256,4096] [--secs 1]

lanes 1 is gymnasium.make and a Python loop. steps_per_cpu_s counts the CPU seconds
of the process, and is what to compare on a machine that does other work, too."""

import argparse
import json
import resource
import time

import gymnasium
import numpy as np

import miniflow


def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime


def one(env_id, secs):
    env = gymnasium.make("miniflow/" + env_id, disable_env_checker=True)
    actions = np.random.default_rng(0).integers(0, env.action_space.n, 1 << 16).tolist()
    env.reset(seed=0)
    n, c, t = 0, cpu(), time.perf_counter()
    while time.perf_counter() - t < secs:
        for _ in range(2000):
            _, _, terminated, truncated, _ = env.step(actions[n & 0xFFFF])
            n += 1
            if terminated or truncated:
                env.reset()
    return n, time.perf_counter() - t, cpu() - c


def batch(env_id, lanes, secs, **options):
    env = gymnasium.make_vec("miniflow/" + env_id, num_envs=lanes, **options)
    actions = np.random.default_rng(0).integers(0, env.single_action_space.n, (64, lanes))
    env.reset(seed=0)
    n, c, t = 0, cpu(), time.perf_counter()
    while time.perf_counter() - t < secs:
        for _ in range(max(1, 50000 // lanes)):
            env.step(actions[n & 63])
            n += 1
    return n * lanes, time.perf_counter() - t, cpu() - c


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", default="MiniGrid-DoorKey-8x8-v0")
    parser.add_argument("--lanes", default="1,256,4096")
    parser.add_argument("--secs", type=float, default=1.0)
    a = parser.parse_args()
    for lanes in map(int, a.lanes.split(",")):
        for options in [{}] if lanes == 1 else [{}, {"threads": 1}, {"threads": 1, "copy": False}, {"copy": False}]:
            steps, wall, used = one(a.env, a.secs) if lanes == 1 else batch(a.env, lanes, a.secs, **options)
            line = {"peer": "miniflow-" + miniflow.__version__, "work": a.env, "steps_per_s": round(steps / wall, 1)}
            print(json.dumps(line | {"config": {"num_envs": lanes, **options, "steps_per_cpu_s": round(steps / used, 1)}}), flush=True)
