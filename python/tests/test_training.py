"""Other people's training code on our environments."""

import pathlib
import subprocess
import sys

import gymnasium
import numpy as np
import pytest


def test_stable_baselines():
    pytest.importorskip("stable_baselines3", reason="Stable-Baselines3 is not installed")
    from stable_baselines3 import PPO
    from stable_baselines3.common.env_checker import check_env

    make = lambda: gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0", observation="image")  # noqa: E731
    check_env(make())
    from stable_baselines3.common.vec_env import DummyVecEnv

    model = PPO("MlpPolicy", DummyVecEnv([make] * 8), n_steps=64, batch_size=128, seed=0, device="cpu").learn(1024)
    assert model.num_timesteps == 1024


def test_subprocesses_of_stable_baselines():
    pytest.importorskip("stable_baselines3", reason="Stable-Baselines3 is not installed")
    from stable_baselines3.common.vec_env import SubprocVecEnv

    gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0").reset()  # the library is in use here
    env = SubprocVecEnv([make_image] * 2)
    env.reset()
    assert env.step(np.zeros(2, int))[0].shape == (2, 7, 7, 3)
    env.close()


def make_image():
    import miniflow  # noqa: F401

    return gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0", observation="image")


COMPAT = """
import miniflow.compat.minigrid
import gymnasium, numpy as np
from minigrid.wrappers import ImgObsWrapper
for env_id in ("MiniGrid-DoorKey-8x8-v0", "BabyAI-GoToLocal-v0"):
    env = gymnasium.make(env_id)
    assert type(env.unwrapped).__module__ == "miniflow.gridenv", type(env.unwrapped)
    print(ImgObsWrapper(env).reset(seed=4)[0].sum(), env.unwrapped.mission)
"""


def test_compat():
    """The original ids are ours after one import, with the same first observations,
    and minigrid may be imported before or after."""
    pytest.importorskip("minigrid", reason="the original is not installed")
    run = lambda code: subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)  # noqa: E731
    ours = run(COMPAT)
    assert ours.returncode == 0, ours.stderr
    assert run("import minigrid\n" + COMPAT).stdout == ours.stdout
    theirs = run(COMPAT.replace("import miniflow.compat.minigrid", "import minigrid").replace("miniflow.gridenv", "minigrid.envs"). replace('type(env.unwrapped).__module__ == "minigrid.envs"', "True"))
    assert theirs.stdout == ours.stdout, theirs.stderr


def test_compat_without_the_original():
    code = """
import sys
sys.modules["minigrid"] = None
import miniflow.compat.minigrid, miniflow.compat.miniworld
import gymnasium, minigrid, miniworld
env = gymnasium.make("MiniGrid-DoorKey-5x5-v0"); env.reset(seed=0)
assert "key" in {o.type for o in env.unwrapped.grid.grid if o}
assert gymnasium.make("MiniWorld-Hallway-v0").reset(seed=0)[0].shape == (60, 80, 3)
print("fine")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)
    assert done.stdout.strip() == "fine", done.stderr


def test_readme_program():
    """The first program of the README runs as it stands."""
    readme = (pathlib.Path(__file__).parents[1] / "README.md").read_text()
    code = readme.split("```python\n")[1].split("```")[0]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
