"""A Minigrid world, with what wrappers and scripts expect to find in one."""

import enum
import hashlib

import numpy as np

from miniflow.env import Env
from miniflow.grid import Grid, thing

_DIRECTIONS = tuple(np.array(v) for v in ((1, 0), (0, 1), (-1, 0), (0, -1)))
_WIDTH, _HEIGHT, _X, _Y, _DIR, _STEPS, _MAX_STEPS, _CARRY = range(8)


class Actions(enum.IntEnum):
    """Minigrid's actions."""

    left = 0
    right = 1
    forward = 2
    pickup = 3
    drop = 4
    toggle = 5
    done = 6


class MiniGridEnv(Env):
    """A Minigrid world. The attributes are those of minigrid's MiniGridEnv, for
    reading: the map is a copy, and the world is not built from Python."""

    metadata = {"render_modes": ["rgb_array", "ansi"], "render_fps": 10}
    actions = Actions
    reward_range = (0, 1)

    def __init__(self, env_id, *, screen_size=None, **kwargs):
        super().__init__(env_id, **kwargs)
        options = {p["name"]: p["value"] for p in self._entry["params"]} | self._choice.params
        self.screen_size = 640 if screen_size is None else screen_size
        self.agent_view_size, self.see_through_walls = options["agent_view_size"], options["see_through_walls"]
        self.highlight, self.tile_size, self.agent_pov = options["highlight"], options["tile_size"], options["agent_pov"]

    def _state(self):
        out = np.zeros(10, np.int32)
        if self._hot:
            self._begun().call("mfState", 0, out.ctypes.data)
        return out.tolist()

    def _measure(self):
        """The size of the map, and a limit that follows from it, are known after a
        reset: make one that does not count."""
        self._ensure()
        before = self._handle.rand()
        self._handle.reset()
        self._handle.set_rand(before)
        self._measured = np.zeros(10, np.int32)
        self._handle.call("mfState", 0, self._measured.ctypes.data)

    @property
    def width(self):
        """Columns of the map."""
        return self._map_size()[0]

    @property
    def height(self):
        """Rows of the map."""
        return self._map_size()[1]

    def _fixed(self):
        """The state, or before the first reset what of it does not depend on chance."""
        if self._hot:
            return self._state()
        if not hasattr(self, "_measured"):
            self._measure()
        return self._measured.tolist()

    def _map_size(self):
        s = self._fixed()
        return s[_WIDTH], s[_HEIGHT]

    @property
    def max_steps(self):
        """Steps after which an episode is truncated."""
        if not self._hot and not self._choice.params:
            return self._entry.get("max_steps", 0)
        return self._fixed()[_MAX_STEPS]

    @property
    def step_count(self):
        """Steps of the episode so far."""
        return self._state()[_STEPS]

    @property
    def steps_remaining(self):
        """Steps until the episode is truncated."""
        return self.max_steps - self.step_count

    @property
    def agent_pos(self):
        """Column and row of the agent; None before the first reset."""
        if not self._hot:
            return None
        s = self._state()
        return (s[_X], s[_Y])

    @property
    def agent_dir(self):
        """0 right, 1 down, 2 left, 3 up; None before the first reset."""
        return self._state()[_DIR] if self._hot else None

    @property
    def mission(self):
        """The mission of the episode."""
        return self._texts.get("mission", "")

    @property
    def carrying(self):
        """What the agent carries, or None."""
        return thing(self._state()[_CARRY : _CARRY + 3])

    @property
    def grid(self):
        """A copy of the map."""
        w, h = self._map_size()
        return Grid(np.frombuffer(bytearray(self._handle.read("mfMap", 0, room=3 * w * h)), np.uint8).reshape(w, h, 3))

    @property
    def dir_vec(self):
        """The direction that the agent faces."""
        self._begun()
        return _DIRECTIONS[self.agent_dir]

    @property
    def right_vec(self):
        """The direction to the agent's right."""
        dx, dy = self.dir_vec
        return np.array((-dy, dx))

    @property
    def front_pos(self):
        """The cell before the agent."""
        return self.dir_vec + self.agent_pos

    def gen_obs_grid(self, agent_view_size=None):
        """Returns what the agent sees as a map, and which cells it sees."""
        size = agent_view_size or self.agent_view_size
        codes = np.frombuffer(bytearray(self._begun().read("mfSight", 0, size, room=3 * size * size)), np.uint8).reshape(size, size, 3)
        return Grid(codes), codes[:, :, 0] != 0

    def gen_obs(self):
        """Returns the observation of the present state."""
        grid, seen = self.gen_obs_grid()
        return {"image": grid.encode(seen), "direction": self.agent_dir, "mission": self.mission}

    def get_frame(self, highlight=True, tile_size=32, agent_pov=False):
        """Returns a picture of the map, or of what the agent sees."""
        return self._begun().frame(0, "agent" if agent_pov else "map" if highlight else "map_plain", tile_size)

    def get_full_render(self, highlight, tile_size):
        """Returns a picture of the map."""
        return self.get_frame(highlight, tile_size)

    def get_pov_render(self, tile_size):
        """Returns a picture of what the agent sees."""
        return self.get_frame(True, tile_size, True)

    def pprint_grid(self):
        """Returns the map in letters, two a cell."""
        return self._begun().read("mfLetters", 0).decode()

    def hash(self, size=16):
        """Returns a name of the state: equal states have equal names, which are not
        those of the original."""
        s = self._state()
        return hashlib.sha256(self.grid.encode().tobytes() + repr(s[_X : _DIR + 1]).encode()).hexdigest()[:size]

    def get_view_coords(self, i, j):
        """Returns where cell (i, j) is in the agent's view."""
        (ax, ay), (dx, dy), (rx, ry) = self.agent_pos, self.dir_vec, self.right_vec
        n = self.agent_view_size
        lx = i - (ax + dx * (n - 1) - rx * (n // 2))
        ly = j - (ay + dy * (n - 1) - ry * (n // 2))
        return rx * lx + ry * ly, -(dx * lx + dy * ly)

    def relative_coords(self, x, y):
        """Returns where cell (x, y) is in the agent's view, or None outside."""
        i, j = self.get_view_coords(x, y)
        n = self.agent_view_size
        return (i, j) if 0 <= i < n and 0 <= j < n else None

    def in_view(self, x, y):
        """Whether cell (x, y) lies in the agent's view."""
        return self.relative_coords(x, y) is not None

    def agent_sees(self, x, y):
        """Whether the agent sees the thing in cell (x, y)."""
        at = self.relative_coords(x, y)
        if at is None:
            return False
        return int(self.gen_obs_grid()[0].encode()[at][0]) == int(self.grid.encode()[x, y, 0])

    def __str__(self):
        return self.pprint_grid() if self._hot else super().__repr__()
