"""RLlib, which pins an older Gymnasium than the other tests use."""

import gymnasium
import numpy as np
import pytest

for name in ("ray", "torch"):
    pytest.importorskip(name, reason="RLlib has an environment of its own: see test.sh")


def make(config):
    import miniflow  # noqa: F401  registers the ids in each of RLlib's processes

    env = gymnasium.make("miniflow/MiniGrid-Empty-5x5-v0", observation="image", max_steps=40)
    env = gymnasium.wrappers.FlattenObservation(env)
    # RLlib's own network takes no bytes.
    space = gymnasium.spaces.Box(0, 1, env.observation_space.shape, np.float32)
    return gymnasium.wrappers.TransformObservation(env, lambda obs: obs.astype(np.float32) / 10, space)


def test_ppo_with_two_env_runners(monkeypatch):
    """Two processes collect, and the return grows."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    import ray
    from ray.rllib.algorithms.ppo import PPOConfig
    from ray.tune.registry import register_env

    ray.init(num_cpus=3, include_dashboard=False, object_store_memory=100 << 20, log_to_driver=False)
    try:
        register_env("empty", make)
        config = (
            PPOConfig()
            .environment("empty")
            .env_runners(num_env_runners=2, num_envs_per_env_runner=8, rollout_fragment_length=64)
            .training(train_batch_size_per_learner=1024, minibatch_size=256, num_epochs=4, lr=2e-3, entropy_coeff=0.01)
            .debugging(seed=0)
        )
        algorithm = config.build_algo()
        returns = [algorithm.train()["env_runners"]["episode_return_mean"] for _ in range(6)]
        algorithm.stop()
    finally:
        ray.shutdown()
    assert returns[-1] > returns[0], returns
