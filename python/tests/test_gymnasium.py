"""Gymnasium's own checks, and what its users expect."""

import copy
import pickle
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import miniflow


def test_check_env(any_id):
    modes = gymnasium.spec("miniflow/" + any_id)
    env = gymnasium.make(modes.id, disable_env_checker=True)
    with warnings.catch_warnings():
        # Rewards of constructions have no bound, and a picture may be small.
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*(infinity|symmetric and normalized|Box observation space|maximum value|minimum value).*")
        check_env(env.unwrapped, skip_render_check=True)
    env.close()


def test_render_modes():
    for env_id, modes in (("MiniGrid-Empty-5x5-v0", ["rgb_array", "ansi"]), ("MiniWorld-Hallway-v0", ["rgb_array"])):
        for mode in modes:
            env = gymnasium.make("miniflow/" + env_id, render_mode=mode)
            env.reset(seed=1)
            frame = env.render()
            if mode == "ansi":
                assert frame.count("\n") == 4
            else:
                assert frame.dtype == np.uint8 and frame.ndim == 3
    with pytest.raises(ValueError, match="rgb_array"):
        gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0", render_mode="pixels").reset()


def test_make_by_module_name():
    assert gymnasium.make("miniflow:miniflow/MiniGrid-Empty-5x5-v0").reset(seed=0)[0]["image"].shape == (7, 7, 3)


def test_seeding():
    env = gymnasium.make("miniflow/MiniGrid-Empty-Random-6x6-v0")
    first = [env.reset()[0]["image"].tobytes() for _ in range(20)]
    other = gymnasium.make("miniflow/MiniGrid-Empty-Random-6x6-v0")
    assert first != [other.reset()[0]["image"].tobytes() for _ in range(20)], "the operating system seeds the first reset"
    # np_random_seed tells how, so that it can be repeated.
    seed = env.unwrapped.np_random_seed
    again = [env.reset(seed=seed)[0]["image"].tobytes()] + [env.reset()[0]["image"].tobytes() for _ in range(19)]
    assert first == again


def test_snapshot_pickle_and_copy():
    env = gymnasium.make("miniflow/MiniGrid-Dynamic-Obstacles-8x8-v0").unwrapped
    env.reset(seed=3)
    env.step(0)
    saved = env.snapshot()
    clones = [copy.deepcopy(env), pickle.loads(pickle.dumps(env))]
    want = [env.step(a)[0]["image"] for a in (1, 1, 0, 1)]
    for clone in clones:
        assert np.array_equal(want, [clone.step(a)[0]["image"] for a in (1, 1, 0, 1)])
    env.restore(saved)
    assert np.array_equal(want, [env.step(a)[0]["image"] for a in (1, 1, 0, 1)])


@pytest.mark.parametrize("kwargs,shape", [
    ({"observation": "rgb", "wrap": "img"}, (40, 40, 3)), ({"wrap": "rgb_partial:tile=4,img"}, (28, 28, 3)), ({"observation": "image"}, (7, 7, 3)),
])
def test_shapes(kwargs, shape):
    env = gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0", **kwargs)
    assert env.observation_space.shape == shape
    assert env.reset(seed=0)[0] in env.observation_space


# Minigrid's wrappers with these names know neither long missions nor all words.
NARROW = {"flat": "has more than 96 characters", "words": "is not in the vocabulary"}


def observe(env_id, observation, **kwargs):
    """Steps an environment and a batch that observe so."""
    env = gymnasium.make("miniflow/" + env_id, observation=observation, disable_env_checker=True, **kwargs)
    envs = gymnasium.make_vec("miniflow/" + env_id, num_envs=2, observation=observation, **kwargs)
    assert envs.single_observation_space == env.observation_space
    obs, batch = env.reset(seed=3)[0], envs.reset(seed=3)[0]
    for action in (0, 1, 2, 2):
        assert obs in env.observation_space and batch in envs.observation_space, observation
        for name, part in obs.items() if isinstance(obs, dict) else [(None, obs)]:
            row = (batch[name] if name else batch)[0]
            assert np.array_equal(part, row), (observation, name)
        obs, _, terminated, truncated, _ = env.step(action)
        batch = envs.step(np.full(2, action))[0]
        if terminated or truncated:
            break
    return obs


@pytest.mark.parametrize("observation", miniflow.spaces.OBSERVATIONS["minigrid"])
def test_observations_of_grids(observation, grid_ids):
    """Every observation of every grid lies in its space, in batches, too."""
    for env_id in grid_ids:
        try:
            observe(env_id, observation)
        except RuntimeError as error:
            assert observation in NARROW and NARROW[observation] in str(error), env_id


@pytest.mark.parametrize("observation", [*miniflow.spaces.OBSERVATIONS["miniworld"], "rgb+depth+text", "segmentation+pose"])
def test_observations_of_worlds(observation, world_ids):
    for env_id in world_ids:
        obs = observe(env_id, observation, obs_width=16, obs_height=12)
        if observation == "rgb+depth+text":
            assert {"image", "depth", "mission"} <= set(obs)


def test_sizes_of_worlds():
    for observation, depth in (("rgb", 3), ("depth", 1), ("grey", 1)):
        env = gymnasium.make("miniflow/MiniWorld-Hallway-v0", observation=observation)
        assert env.reset(seed=0)[0].shape == (60, 80, depth) == env.observation_space.shape


def test_parameters():
    env = gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0", size=9, max_steps=12, agent_view_size=5).unwrapped
    obs, _ = env.reset(seed=0)
    assert obs["image"].shape == (5, 5, 3) and (env.width, env.max_steps) == (9, 12)
    assert [env.step(0)[3] for _ in range(12)] == [False] * 11 + [True]


@pytest.mark.parametrize("kwargs,limit", [({}, 250), ({"max_steps": 7}, 7), ({"size": 6}, 360), ({"highlight": False}, 250)])
def test_limit_before_reset(kwargs, limit):
    """Wrappers ask for it as soon as the environment is made."""
    env = gymnasium.make("miniflow/MiniGrid-DoorKey-5x5-v0", **kwargs).unwrapped
    assert (env.max_steps, env.step_count, env.steps_remaining) == (limit, 0, limit)
    env.reset(seed=0)
    env.step(0)
    assert (env.max_steps, env.step_count, env.steps_remaining) == (limit, 1, limit - 1)


def test_flow_masks(flow_id):
    env = gymnasium.make("miniflow/" + flow_id, disable_env_checker=True)
    _, info = env.reset(seed=0)
    env.action_space.seed(0)
    for _ in range(1000):
        mask = info["action_mask"]
        assert mask.dtype == np.int8 and mask.shape == (env.action_space.n,) and mask.any()
        _, reward, terminated, truncated, info = env.step(env.action_space.sample(mask))
        if terminated or truncated:
            assert reward >= 0
            return
    pytest.fail("the construction never ended")


def test_continuous_constructions(other_id):
    """They end, with a reward; all of the action space is legal, so there is no mask."""
    env = gymnasium.make("miniflow/" + other_id, disable_env_checker=True)
    obs, info = env.reset(seed=0)
    env.action_space.seed(0)
    assert info == {} and isinstance(env.action_space, gymnasium.spaces.Box)
    for _ in range(1000):
        assert obs in env.observation_space
        obs, reward, terminated, truncated, _ = env.step(env.action_space.sample())
        if terminated or truncated:
            assert np.isfinite(reward) and reward >= 0
            return
        assert reward == 0
    pytest.fail("the construction never ended")


def test_ids():
    assert len(miniflow.ids("minigrid")) >= 178 and len(miniflow.ids("miniworld")) >= 23
    assert all("miniflow/" + i in gymnasium.registry for i in miniflow.ids())
