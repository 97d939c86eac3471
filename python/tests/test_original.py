"""Every Minigrid id beside the original's, live."""

import gymnasium
import numpy as np
import pytest

import miniflow

minigrid = pytest.importorskip("minigrid", reason="the original is not installed")

# The original's picture of each WFC id; without it ours grow from pictures of our own.
PICTURES = {
    "MiniGrid-WFC-MazeSimple-v0": "SimpleMaze", "MiniGrid-WFC-DungeonMazeScaled-v0": "ScaledMaze",
    "MiniGrid-WFC-RoomsFabric-v0": "Fabric", "MiniGrid-WFC-ObstaclesBlackdots-v0": "Blackdots",
    "MiniGrid-WFC-ObstaclesAngular-v0": "Angular", "MiniGrid-WFC-ObstaclesHogs3-v0": "Hogs",
}


ORIGINAL = sorted(i for i, s in gymnasium.registry.items() if str(s.entry_point).startswith("minigrid."))


def same(a, b, where):
    assert a.keys() == b.keys()
    assert np.array_equal(a["image"], b["image"]), where
    assert a["image"].dtype == b["image"].dtype
    assert a["direction"] == b["direction"], where
    assert a["mission"] == b["mission"], where


def test_same_ids():
    assert set(ORIGINAL) <= set(miniflow.ids("minigrid"))
    assert len(ORIGINAL) == 178


@pytest.mark.parametrize("one_id", ORIGINAL)
def test_same_worlds(one_id, patterns, monkeypatch):
    """100 steps from a seed, goes on without one, and the generators agree."""
    ours_kwargs = {}
    if one_id in PICTURES:
        picture = patterns / f"{PICTURES[one_id]}.png"
        if not picture.exists():
            pytest.skip("the original's pictures are not there")
        ours_kwargs["pattern"] = str(picture)
        imageio = pytest.importorskip("imageio.v2", reason="the original's wfc extra is not installed")
        read = imageio.imread  # the original's wheel lacks the pictures
        monkeypatch.setattr(imageio, "imread", lambda path: read(patterns / path.name))
    theirs = gymnasium.make(one_id, disable_env_checker=True)
    ours = gymnasium.make("miniflow/" + one_id, disable_env_checker=True, **ours_kwargs)
    seed = len(one_id) * 1000 + 7
    actions = np.random.default_rng(seed).integers(0, int(ours.action_space.n), 100)
    assert ours.action_space.n == theirs.action_space.n
    same(ours.reset(seed=seed)[0], theirs.reset(seed=seed)[0], (one_id, "reset"))
    for t, a in enumerate(actions):
        o, o_reward, o_term, o_trunc, o_info = ours.step(a)
        p, p_reward, p_term, p_trunc, p_info = theirs.step(a)
        same(o, p, (one_id, t))
        assert (o_reward, o_term, o_trunc, o_info) == (p_reward, p_term, p_trunc, p_info), (one_id, t)
        if o_term or o_trunc:
            same(ours.reset()[0], theirs.reset()[0], (one_id, t, "reset"))
    assert ours.unwrapped.np_random.bit_generator.state == theirs.unwrapped.np_random.bit_generator.state
    u, v = ours.unwrapped, theirs.unwrapped
    assert np.array_equal(u.grid.encode(), v.grid.encode())
    assert (u.width, u.height, u.max_steps, u.step_count) == (v.width, v.height, v.max_steps, v.step_count)
    assert u.agent_pos == tuple(v.agent_pos) and u.agent_dir == v.agent_dir
    assert u.pprint_grid() == v.pprint_grid()
    assert type(u.carrying) is type(v.carrying)


def test_large_seed_and_shared_generator():
    """A seed beyond 64 bits, and a script that draws from the world's generator."""
    a, b = (gymnasium.make(n + "MiniGrid-Dynamic-Obstacles-8x8-v0") for n in ("", "miniflow/"))
    same(a.reset(seed=1 << 100)[0], b.reset(seed=1 << 100)[0], "large seed")
    for t in range(30):
        assert a.unwrapped.np_random.integers(100) == b.unwrapped.np_random.integers(100)
        p, q = a.step(t % 2), b.step(t % 2)
        same(p[0], q[0], t)
        if p[2]:
            same(a.reset()[0], b.reset()[0], t)
    assert b.unwrapped.np_random_seed == 1 << 100


WRAPPERS = [
    ("FullyObsWrapper", {}), ("ImgObsWrapper", {}), ("RGBImgObsWrapper", {}), ("RGBImgPartialObsWrapper", {"tile_size": 8}),
    ("OneHotPartialObsWrapper", {}), ("DictObservationSpaceWrapper", {}), ("FlatObsWrapper", {}), ("ViewSizeWrapper", {"agent_view_size": 5}),
    ("DirectionObsWrapper", {}), ("SymbolicObsWrapper", {}), ("ActionBonus", {}), ("PositionBonus", {}), ("StochasticActionWrapper", {}),
    ("ReseedWrapper", {"seeds": [3, 4]}), ("NoDeath", {"no_death_types": ("lava",)}),
]


@pytest.mark.parametrize("name,kwargs", WRAPPERS, ids=[w[0] for w in WRAPPERS])
@pytest.mark.parametrize("env_id", ["MiniGrid-DoorKey-6x6-v0", "MiniGrid-LavaCrossingS9N1-v0"])
def test_original_wrappers(env_id, name, kwargs):
    """The original's wrappers show the same around our environments."""
    wrapper = getattr(__import__("minigrid.wrappers", fromlist=[name]), name)
    theirs, ours = (wrapper(gymnasium.make(n + env_id, disable_env_checker=True), **kwargs) for n in ("", "miniflow/"))
    assert repr(theirs.action_space) == repr(ours.action_space)

    def equal(a, b):
        assert type(a) is type(b) or np.isscalar(a)
        if isinstance(a, dict):
            assert a.keys() == b.keys()
            for k in a:
                equal(a[k], b[k])
        else:
            assert np.array_equal(a, b)

    equal(theirs.reset(seed=5)[0], ours.reset(seed=5)[0])
    rng = np.random.default_rng(1)
    for _ in range(60):
        action = int(rng.integers(0, 7))
        p, q = theirs.step(action), ours.step(action)
        equal(p[0], q[0])
        assert p[1:4] == q[1:4]
        if p[2] or p[3]:
            equal(theirs.reset()[0], ours.reset()[0])


def test_pictures():
    for kwargs in ({}, {"agent_pov": True}, {"highlight": False, "tile_size": 8}):
        a, b = (gymnasium.make(n + "MiniGrid-LockedRoom-v0", render_mode="rgb_array", **kwargs) for n in ("", "miniflow/"))
        a.reset(seed=2), b.reset(seed=2)
        assert np.array_equal(a.render(), b.render())
