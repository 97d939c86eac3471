"""A Minigrid map as objects, for code that looks at env.unwrapped.grid."""

import sys

import numpy as np

TYPES = ("unseen", "empty", "wall", "floor", "door", "key", "ball", "box", "goal", "lava", "agent")
COLORS = ("red", "green", "blue", "purple", "yellow", "grey")
STATES = ("open", "closed", "locked")


class Thing:
    """What stands in a cell: type, color, and for doors is_open and is_locked. It
    has the names of Minigrid's WorldObj."""

    def __init__(self, kind, color, state=0):
        self._code = (kind, color, state)
        self.type, self.color = TYPES[kind], COLORS[color]
        self.is_open = self.type == "door" and state == 0
        self.is_locked = self.type == "door" and state == 2
        self.contains = None
        self.init_pos = self.cur_pos = None

    def encode(self):
        """Returns type, colour and state as numbers."""
        return self._code

    def can_overlap(self):
        """Whether the agent can stand there."""
        return self.type in ("goal", "lava", "floor") or self.is_open

    def can_pickup(self):
        """Whether the agent can pick it up."""
        return self.type in ("key", "ball", "box")

    def can_contain(self):
        """Whether it can contain another thing."""
        return self.type == "box"

    def see_behind(self):
        """Whether the agent sees what is behind it."""
        return self.type != "wall" and (self.type != "door" or self.is_open)

    def __repr__(self):
        return f"Thing({self.color} {self.type})"


def thing(code):
    """Returns the object of an encoded cell, None for an empty one. Where minigrid
    has been imported, it is one of its own, so that isinstance tests hold."""
    kind, color, state = (int(v) for v in code)
    if kind <= 1 or kind == 10:
        return None
    if "minigrid.core.world_object" in sys.modules:
        from minigrid.core.world_object import WorldObj

        return WorldObj.decode(kind, color, state)
    return Thing(kind, color, state)


class Grid:
    """A copy of a map, uint8 [width, height, 3] in Minigrid's encoding. Changing
    it does not change the world."""

    def __init__(self, codes):
        self._codes = codes
        self.width, self.height = codes.shape[:2]

    def encode(self, vis_mask=None):
        """Returns the encoded map; cells outside the mask are zeros."""
        codes = self._codes.copy()
        if vis_mask is not None:
            codes[~np.asarray(vis_mask, bool)] = 0
        return codes

    def get(self, i, j):
        """Returns what stands in column i, row j."""
        assert 0 <= i < self.width and 0 <= j < self.height, f"cell ({i}, {j}) is off the map"
        obj = thing(self._codes[i, j])
        if obj is not None:
            obj.init_pos = obj.cur_pos = (int(i), int(j))
        return obj

    @property
    def grid(self):
        """All cells, row by row."""
        return [self.get(i, j) for j in range(self.height) for i in range(self.width)]

    def set(self, i, j, v):
        """Raises: the map is a copy."""
        raise NotImplementedError("this map is a copy, changing it would change nothing: miniflow's worlds are not built from Python")

    def __contains__(self, key):
        for obj in self.grid:
            if obj is not None and (obj is key or isinstance(key, tuple) and key in ((obj.color, obj.type), (None, obj.type))):
                return True
        return False

    def __eq__(self, other):
        return isinstance(other, Grid) and np.array_equal(self._codes, other._codes)

    def __getattr__(self, name):
        # Whatever else Minigrid's own Grid can do, such as render.
        if name.startswith("_") or "minigrid.core.grid" not in sys.modules:
            raise AttributeError(f"this map has no {name!r}")
        from minigrid.core.grid import Grid as Original

        return getattr(Original.decode(self._codes)[0], name)
