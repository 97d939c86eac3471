"""Batches beside single environments and beside Gymnasium's SyncVectorEnv."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

ID = "miniflow/MiniGrid-Fetch-5x5-N2-v0"
MODES = list(AutoresetMode)


def same(a, b, where=None):
    if isinstance(a, dict):
        assert a.keys() == b.keys(), where
        for k in a:
            same(a[k], b[k], (where, k))
    elif isinstance(a, np.ndarray) and a.dtype == object:
        assert len(a) == len(b)
        for x, y in zip(a, b):
            assert (x is None) == (y is None), where
            if x is not None:
                same(x, y, where)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype and np.array_equal(a, b), where
    else:
        assert a == b, where


@pytest.mark.parametrize("mode", MODES, ids=lambda m: m.name)
@pytest.mark.parametrize("env_id,kwargs", [(ID, {"max_steps": 9}), ("miniflow/MiniWorld-OneRoomS6-v0", {"obs_width": 16, "obs_height": 12})])
def test_same_as_sync(mode, env_id, kwargs):
    """The same observations, missions, rewards, flags and infos as SyncVectorEnv."""
    n = 5
    ours = gymnasium.make_vec(env_id, num_envs=n, autoreset_mode=mode, **kwargs)
    sync = SyncVectorEnv([lambda: gymnasium.make(env_id, disable_env_checker=True, **kwargs)] * n, autoreset_mode=mode)
    assert ours.single_observation_space == sync.single_observation_space
    assert ours.observation_space == sync.observation_space and ours.action_space == sync.action_space
    assert ours.metadata["autoreset_mode"] == mode
    same(ours.reset(seed=3)[0], sync.reset(seed=3)[0])
    rng = np.random.default_rng(0)
    for t in range(120):
        actions = rng.integers(0, int(ours.single_action_space.n), n)
        a, b = ours.step(actions), sync.step(actions)
        for x, y in zip(a[:4], b[:4]):
            same(x, y, t)
        same(a[4], b[4], t)
        assert a[0] in ours.observation_space
        ended = a[2] | a[3]
        if mode is AutoresetMode.DISABLED and ended.any():
            same(ours.reset(options={"reset_mask": ended.copy()})[0], sync.reset(options={"reset_mask": ended.copy()})[0], t)
    ours.close(), sync.close()


def test_threads_and_sharing():
    """Results depend neither on threads nor on copying; shared arrays are shared."""
    kinds = [{"threads": 1}, {"threads": 3}, {"copy": False}]
    envs = [gymnasium.make_vec(ID, num_envs=200, **k) for k in kinds]
    first = [e.reset(seed=1)[0] for e in envs]
    rng = np.random.default_rng(0)
    for t in range(50):
        actions = rng.integers(0, 7, 200)
        out = [e.step(actions) for e in envs]
        for other in out[1:]:
            for x, y in zip(out[0], other):
                same(x, y, t)
    assert out[2][0]["image"] is not None and np.shares_memory(out[2][0]["image"], first[2]["image"])
    assert not np.shares_memory(out[0][0]["image"], first[0]["image"])


def test_every_id_in_a_batch(any_id):
    """A batch is what single environments are, from the same seeds, across the ends
    of episodes, and its observations, actions and flags lie in their spaces."""
    n = 3
    envs = gymnasium.make_vec("miniflow/" + any_id, num_envs=n)
    singles = [gymnasium.make("miniflow/" + any_id, disable_env_checker=True).unwrapped for _ in range(n)]
    assert envs.num_envs == n and envs.single_action_space == singles[0].action_space
    batch, info = envs.reset(seed=5)
    observations = [e.reset(seed=5 + i)[0] for i, e in enumerate(singles)]
    envs.single_action_space.seed(0)
    over = [False] * n
    for t in range(25):
        assert batch in envs.observation_space
        for i, obs in enumerate(observations):
            same(obs, {k: v[i] for k, v in batch.items()} if isinstance(obs, dict) else batch[i], (any_id, t, i))
        if "action_mask" in info:
            actions = np.array([np.flatnonzero(m)[(t + i) % m.sum()] for i, m in enumerate(info["action_mask"])])
        else:
            actions = np.stack([envs.single_action_space.sample() for _ in range(n)])
        assert actions in envs.action_space
        batch, rewards, terminated, truncated, info = envs.step(actions)
        assert rewards.shape == terminated.shape == truncated.shape == (n,) and rewards.dtype == np.float64
        for i, e in enumerate(singles):
            if over[i]:
                observations[i], reward, over[i] = e.reset()[0], 0.0, False
            else:
                observations[i], reward, ended, cut, _ = e.step(actions[i])
                assert (ended, cut) == (terminated[i], truncated[i])
                over[i] = ended or cut
            assert reward == rewards[i], (any_id, t, i)
    envs.close()


def test_threads_of_python():
    """Threads step environments of their own at once, as one after the other."""
    def run(seed):
        env = gymnasium.make(ID, disable_env_checker=True)
        envs = gymnasium.make_vec("miniflow/BabyAI-BossLevel-v0", num_envs=128)
        env.reset(seed=seed), envs.reset(seed=seed)
        total = 0
        for t in range(150):
            obs, _, terminated, truncated, _ = env.step(t % 7)
            if terminated or truncated:
                env.reset()
            batch = envs.step(np.full(128, t % 7))[0]
            total += int(obs["image"].sum()) + int(batch["image"].sum())
        return total

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(8))) == [run(i) for i in range(8)]


def test_seeds():
    env = gymnasium.make_vec(ID, num_envs=3)
    a = env.reset(seed=[7, 8, 9])[0]
    same(a, env.reset(seed=7)[0])
    again = env.reset(seed=[None, 8, None])[0]
    assert np.array_equal(again["image"][1], a["image"][1])
    with pytest.raises(ValueError, match="2 seeds"):
        env.reset(seed=[1, 2])


def test_seeds_are_remembered():
    envs = gymnasium.make_vec(ID, num_envs=np.int64(3))
    envs.reset(seed=5)
    assert envs.np_random_seed == (5, 6, 7)
    envs.reset(seed=[1, None, 9])
    assert envs.np_random_seed == (1, 6, 9)
    envs.reset(seed=20, options={"reset_mask": np.array([False, True, False])})
    assert envs.np_random_seed == (1, 21, 9)
    envs.reset()
    assert envs.np_random_seed == (1, 21, 9)
    envs.reset(seed=0)
    assert envs.np_random_seed == (0, 1, 2)


@pytest.mark.parametrize("env_id", [ID, "miniflow/HyperGrid-2x8", "miniflow/MiniWorld-OneRoomS6-v0"])
@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP], ids=lambda m: m.name)
@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_pickle_and_copy(env_id, mode, clone):
    """A copy goes on as the batch itself, also from steps at which episodes ended."""
    limit = {} if "HyperGrid" in env_id else {"max_steps" if "Grid" in env_id else "max_episode_steps": 3}
    a = gymnasium.make_vec(env_id, num_envs=2, autoreset_mode=mode, **limit)
    with pytest.raises(gymnasium.error.ResetNeeded):
        clone(a).step(np.zeros(2, int))
    a.reset(seed=4)
    last = int(a.single_action_space.n) - 1
    for t in range(8):
        b = clone(a)
        assert b.np_random_seed == a.np_random_seed and b.spec.id == a.spec.id
        actions = np.full(2, last if t % 3 == 0 else 0)
        for x, y in zip(a.step(actions), b.step(actions)):
            same(x, y, t)
        b.close()
    a.close()


def test_masks():
    env = gymnasium.make_vec("miniflow/HyperGrid-2x8", num_envs=4)
    _, info = env.reset(seed=0)
    for _ in range(40):
        mask = info["action_mask"]
        assert mask.shape == (4, int(env.single_action_space.n)) and mask.dtype == np.int8
        info = env.step(np.array([np.flatnonzero(m)[-1] for m in mask]))[4]


def test_statistics_wrapper():
    env = gymnasium.wrappers.vector.RecordEpisodeStatistics(gymnasium.make_vec("miniflow/MiniGrid-Empty-5x5-v0", num_envs=4, max_steps=5))
    env.reset(seed=0)
    for _ in range(5):
        info = env.step(np.zeros(4, np.int64))[4]
    assert info["episode"]["l"].tolist() == [5] * 4


def test_render_and_snapshot():
    env = gymnasium.make_vec(ID, num_envs=3, render_mode="rgb_array")
    env.reset(seed=0)
    assert [f.shape for f in env.render()] == [(160, 160, 3)] * 3
    data = env.unwrapped.snapshot(1)
    env.unwrapped.restore(2, data)
    obs = env.step(np.array([2, 2, 2]))[0]
    assert np.array_equal(obs["image"][1], obs["image"][2]) and obs["mission"][1] == obs["mission"][2]
