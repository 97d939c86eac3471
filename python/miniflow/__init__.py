"""Seed-exact Minigrid, 3D rooms and construction environments for Gymnasium.

    import gymnasium, miniflow
    env = gymnasium.make("miniflow/MiniGrid-DoorKey-8x8-v0")
    envs = gymnasium.make_vec("miniflow/MiniGrid-DoorKey-8x8-v0", num_envs=256)
"""

import gymnasium

from miniflow import spaces as _spaces
from miniflow._native import ClosedError, ForkError

__all__ = ["ClosedError", "ForkError", "ids", "register"]
__version__ = "0.1.0"

_CLASSES = {
    "minigrid": "miniflow.gridenv:MiniGridEnv",
    "miniworld": "miniflow.env:MiniWorldEnv",
    "flow": "miniflow.env:FlowEnv",
    "other": "miniflow.env:OtherEnv",
}


def ids(family=None):
    """Returns all ids, without their namespace, or those of one family: "minigrid",
    "miniworld", "flow" or "other"."""
    if family not in (None, *_CLASSES):
        raise ValueError(f"family {family!r} is unknown: use one of {', '.join(_CLASSES)}")
    return [i for i, e in _spaces.table().items() if family in (None, _spaces.family(e))]


def register(namespace="miniflow/", family=None):
    """Registers the ids of a family, or all, with gymnasium under a namespace. Ids
    that are taken are replaced."""
    for env_id in ids(family):
        name = namespace + env_id
        gymnasium.registry.pop(name, None)
        gymnasium.register(
            name,
            entry_point=_CLASSES[_spaces.family(_spaces.table()[env_id])],
            vector_entry_point="miniflow.vector:VectorEnv",
            kwargs={"env_id": env_id},
        )


register()
