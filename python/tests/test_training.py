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


def test_subprocesses_of_stable_baselines(capfd):
    """Its own way of starting processes works; forked ones end with our sentence."""
    pytest.importorskip("stable_baselines3", reason="Stable-Baselines3 is not installed")
    from stable_baselines3.common.vec_env import SubprocVecEnv

    gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0").reset()  # the library is in use here
    env = SubprocVecEnv([make_image] * 2)
    env.reset()
    assert env.step(np.zeros(2, int))[0].shape == (2, 7, 7, 3)
    env.close()
    env = SubprocVecEnv([make_image] * 2, start_method="fork")
    with pytest.raises((EOFError, ConnectionError)):
        env.reset()
    for process in env.processes:
        process.join(30)
        assert process.exitcode == 1
    assert "use gymnasium.make_vec, which needs no processes" in capfd.readouterr().err


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
sys.modules["minigrid"] = sys.modules["miniworld"] = None
import miniflow.compat.minigrid, miniflow.compat.miniworld
import gymnasium, minigrid, miniworld
env = gymnasium.make("MiniGrid-DoorKey-5x5-v0"); env.reset(seed=0)
assert "key" in {o.type for o in env.unwrapped.grid.grid if o}
assert gymnasium.make("MiniWorld-Hallway-v0").reset(seed=0)[0].shape == (60, 80, 3)
for code, remedy in (("from minigrid.wrappers import ImgObsWrapper", "pip install minigrid for its wrappers"), ("import miniworld.entity", "pip install miniworld")):
    try:
        exec(code)
    except ImportError as error:
        assert remedy in str(error), error
    else:
        raise SystemExit(code)
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


def test_minari(tmp_path, monkeypatch):
    """Episodes are recorded and read back, missions included."""
    minari = pytest.importorskip("minari", reason="Minari is not installed")
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    env = minari.DataCollector(gymnasium.make("miniflow/MiniGrid-Fetch-5x5-N2-v0"))
    missions = []
    for seed in range(3):
        missions.append(env.reset(seed=seed)[0]["mission"])
        for _ in range(10):
            env.step(0)
    data = env.create_dataset("miniflow/fetch-v0", algorithm_name="turn left", code_permalink="none", author="a test", author_email="none")
    assert [data[i].observations["mission"][0] for i in range(3)] == missions
    assert data[0].observations["image"].shape == (11, 7, 7, 3)


def test_cleanrl_style():
    """A policy gradient in the manner of CleanRL: a batch, statistics, PyTorch."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    envs = gymnasium.make_vec("miniflow/MiniGrid-Empty-5x5-v0", num_envs=64, observation="image")
    envs = gymnasium.wrappers.vector.RecordEpisodeStatistics(envs)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(147, 64), torch.nn.Tanh(), torch.nn.Linear(64, 7))
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    obs, _ = envs.reset(seed=0)
    means = []
    for _ in range(40):
        log_probs, rewards, alive, returns = [], [], [], []
        for _ in range(64):
            policy = torch.distributions.Categorical(logits=net(torch.as_tensor(obs).float() / 10))
            action = policy.sample()
            obs, reward, terminated, truncated, info = envs.step(action.numpy())
            log_probs.append(policy.log_prob(action))
            rewards.append(torch.as_tensor(reward).float())
            alive.append(torch.as_tensor(1.0 - (terminated | truncated)).float())
            if "episode" in info:
                returns += info["episode"]["r"][info["_episode"]].tolist()
        total, advantages = torch.zeros(64), []
        for r, a in zip(reversed(rewards), reversed(alive)):
            total = r + 0.97 * a * total
            advantages.append(total)
        advantages = torch.stack(advantages[::-1])
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        loss = -(torch.stack(log_probs) * advantages).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        means.append(len(returns))
    assert sum(means[-5:]) > 2 * sum(means[:5]), f"episodes that ended per iteration: {means}"
