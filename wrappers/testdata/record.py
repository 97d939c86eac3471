"""Records what Gymnasium's wrappers do, for gymnasium_test.go.

    python record.py > gymnasium.json

Made with gymnasium 1.4.0, minigrid 3.2.0 and numpy 1.26.4. Do not change the
recording to hide a difference.
"""
import hashlib
import json
import random
import sys

import gymnasium as gym
import minigrid  # noqa: F401
import numpy as np
from gymnasium import wrappers as g
from minigrid.wrappers import ImgObsWrapper, RGBImgPartialObsWrapper

ENV = "MiniGrid-Dynamic-Obstacles-Random-5x5-v0"


def pixels(env):
    return ImgObsWrapper(RGBImgPartialObsWrapper(env, tile_size=4))


CASES = {
    "img,normalize_obs": lambda e: g.NormalizeObservation(ImgObsWrapper(e)),
    "img,normalize_reward:gamma=0.9": lambda e: g.NormalizeReward(ImgObsWrapper(e), gamma=0.9),
    "img,frame_stack:n=3": lambda e: g.FrameStackObservation(ImgObsWrapper(e), 3),
    "img,frame_stack:n=4:zeros=true": lambda e: g.FrameStackObservation(ImgObsWrapper(e), 4, padding_type="zero"),
    "img,sticky:p=0.4:least=1:most=3": lambda e: g.StickyAction(ImgObsWrapper(e), 0.4, (1, 3)),
    "img,repeat:n=3": lambda e: g.RepeatAction(ImgObsWrapper(e), 3),
    "img,time_limit:steps=4": lambda e: g.TimeLimit(ImgObsWrapper(e), 4),
    "img,clip_reward:low=-0.5:high=0.5": lambda e: g.ClipReward(ImgObsWrapper(e), -0.5, 0.5),
    "rgb_partial:tile=4,img,gray": lambda e: g.GrayscaleObservation(pixels(e)),
    "rgb_partial:tile=4,img,gray:keep=true": lambda e: g.GrayscaleObservation(pixels(e), keep_dim=True),
}


def sha(obs):
    return hashlib.sha256(np.ascontiguousarray(obs).tobytes()).hexdigest()


runs = []
for chain, wrap in CASES.items():
    env = wrap(gym.make(ENV, disable_env_checker=True).unwrapped)
    rnd = random.Random(chain)
    obs, _ = env.reset(seed=3)
    events = [{"obs": sha(obs)}]
    for _ in range(40):
        action = rnd.randrange(3)
        obs, reward, terminated, truncated, _ = env.step(action)
        events.append({"action": action, "obs": sha(obs), "reward": float(reward),
                       "terminated": bool(terminated), "truncated": bool(truncated)})
        if terminated or truncated:
            obs, _ = env.reset()
            events.append({"obs": sha(obs)})
    space = env.observation_space
    runs.append({"env": ENV, "seed": 3, "chain": chain, "shape": list(space.shape), "dtype": str(space.dtype), "events": events})
json.dump(runs, sys.stdout, separators=(",", ":"))
