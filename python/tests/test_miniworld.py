"""Every Miniworld id beside the original's, live, where there is a display."""

import gymnasium
import numpy as np
import pytest

import miniflow

pytest.importorskip("miniworld", reason="Miniworld has an environment of its own: see test.sh")

ORIGINAL = sorted(i for i, s in gymnasium.registry.items() if str(s.entry_point).startswith("miniworld."))


def test_same_ids():
    assert set(ORIGINAL) == set(miniflow.ids("miniworld"))


@pytest.mark.parametrize("domain_rand", [False, True])
@pytest.mark.parametrize("one_id", ORIGINAL)
def test_same_worlds(one_id, domain_rand):
    """100 steps from a seed: the agent's way, rewards, flags and generators agree."""
    theirs = gymnasium.make(one_id, disable_env_checker=True)
    theirs.unwrapped.domain_rand = domain_rand  # not all of its constructors take it
    theirs.unwrapped.render_obs = lambda *_: np.zeros((60, 80, 3), np.uint8)  # pictures are not compared
    ours = gymnasium.make("miniflow/" + one_id, disable_env_checker=True, domain_rand=domain_rand, observation="pose")
    assert repr(ours.action_space) == repr(theirs.action_space)
    rng = np.random.default_rng(len(one_id))
    ended, seed = True, 7
    for t in range(100):
        if ended:
            pose = ours.reset(seed=seed)[0]
            theirs.reset(seed=seed)
            seed = None
        agent = theirs.unwrapped.agent
        pose = pose if isinstance(pose, np.ndarray) else pose["pose"]
        assert np.array_equal(pose[:3], agent.pos.astype(np.float32)), (one_id, t)
        assert np.allclose(pose[3:5], [np.cos(agent.dir), np.sin(agent.dir)], atol=1e-6), (one_id, t)
        assert ours.unwrapped.np_random.bit_generator.state == theirs.unwrapped.np_random.bit_generator.state, (one_id, t)
        action = int(rng.choice([0, 1, 2, 2, 2, *range(int(ours.action_space.n))]))  # forward, mostly
        pose, *mine = ours.step(action)
        _, *original = theirs.step(action)
        assert mine[:3] == original[:3], (one_id, t)
        ended = mine[1] or mine[2]
    theirs.close()
