"""Processes: everything works, or fails at once with a sentence that says what to
use. The world allocates and its batch has threads, so that a fork would hang it."""

import os
import subprocess
import sys

import pytest

HEAD = """
import multiprocessing, os, sys
import gymnasium, numpy as np, miniflow
ID = "miniflow/BabyAI-BossLevel-v0"
def make(): return gymnasium.make(ID, disable_env_checker=True, wrap="img")
def child(queue):
    try:
        env = gymnasium.make_vec(ID, num_envs=256)
        env.reset(seed=0)
        for _ in range(20): obs = env.step(np.zeros(256, int))[0]
        queue.put("works")
    except Exception as e:
        queue.put(f"{type(e).__name__}: {e}")
def steps(env, n=60):
    for _ in range(n): env.step(np.zeros(env.num_envs, int))
if __name__ == "__main__":
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def run(tmp_path, code):
    script = tmp_path / "script.py"
    script.write_text(HEAD + "".join(f"    {line}\n" for line in code.strip().splitlines()))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


CHILD = """
c = multiprocessing.get_context("{method}"); q = c.Queue(); p = c.Process(target=child, args=(q,)); p.start()
print(q.get(timeout=60)); p.join(30); assert p.exitcode == 0, p.exitcode
"""


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_children_of_a_process_that_only_made(tmp_path, method):
    assert run(tmp_path, "env = make()\n" + CHILD.format(method=method)) == "works"


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_children_of_a_process_that_stepped(tmp_path, method):
    assert run(tmp_path, "env = gymnasium.make_vec(ID, num_envs=256); env.reset(seed=0); steps(env)\n" + CHILD.format(method=method)) == "works"


def test_forked_child_of_a_process_that_stepped(tmp_path):
    out = run(tmp_path, "env = gymnasium.make_vec(ID, num_envs=256); env.reset(seed=0); steps(env)\n" + CHILD.format(method="fork"))
    assert out.startswith("ForkError: ") and "forkserver" in out and "make_vec" in out


def test_use_of_the_parents_environments(tmp_path):
    code = """
envs = [gymnasium.make(ID, disable_env_checker=True), gymnasium.make_vec(ID, num_envs=256)]
[e.reset(seed=0) for e in envs]
pid = os.fork()
if pid == 0:
    good = 0
    for act in (lambda: envs[0].step(0), lambda: envs[1].step(np.zeros(256, int)), lambda: envs[0].reset(), lambda: envs[1].reset(), lambda: envs[0].unwrapped.grid, lambda: envs[0].unwrapped.snapshot()):
        try: act()
        except miniflow.ForkError: good += 1
    [e.close() for e in envs]; del envs
    os._exit(good)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
steps(envs[1])
"""
    assert run(tmp_path, code) == "6"


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_async_vector_env(tmp_path, method):
    code = f"""
env = gymnasium.vector.AsyncVectorEnv([make] * 3, context="{method}")
env.reset(seed=0); steps(env); env.close(); print("works")
"""
    assert run(tmp_path, code) == "works"


def test_async_vector_env_in_a_process_that_stepped(tmp_path):
    code = """
first = make(); first.reset(seed=0)
try:
    env = gymnasium.vector.AsyncVectorEnv([make] * 2, context="fork"); env.reset(seed=0)
except Exception as e:
    print(type(e).__name__, "forkserver" in str(e), flush=True)
os._exit(0)
"""
    assert run(tmp_path, code) == "ForkError True"


def test_pickled_batch_in_a_child(tmp_path):
    """A batch that came out of a pickle knows of a fork, too."""
    code = """
import pickle
envs = pickle.loads(pickle.dumps(gymnasium.make_vec(ID, num_envs=256))); envs.reset(seed=0); steps(envs)
pid = os.fork()
if pid == 0:
    try: steps(envs); os._exit(1)
    except miniflow.ForkError: os._exit(0)
print(os.waitpid(pid, 0)[1])
"""
    assert run(tmp_path, code) == "0"
