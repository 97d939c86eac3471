"""A batch of environments as a gymnasium.vector.VectorEnv: one call into the
library steps all of them."""

import functools
import math
import operator
import os

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from miniflow import _native, spaces
from miniflow.env import check_options, check_seed

_MODES = {AutoresetMode.NEXT_STEP: "next-step", AutoresetMode.SAME_STEP: "same-step", AutoresetMode.DISABLED: "disabled"}
_LANES = 1 << 20  # the library's limit
_LANES_A_THREAD = 32  # fewer cost more to hand over than to step


class VectorEnv(gymnasium.vector.VectorEnv):
    """num_envs environments that are stepped together.

    copy=False returns the arrays that the next step overwrites; copy=True, the
    default, fresh ones. autoreset_mode is a gymnasium.vector.AutoresetMode or its
    name. threads is the number of threads; by default one a core, but one alone
    for fewer than 64 environments. Results do not depend on it. The other keywords
    are those of miniflow.env.Env.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10, "autoreset_mode": AutoresetMode.NEXT_STEP}

    _handle = None  # what close looks at, also after a constructor that raised

    def __init__(self, num_envs=1, *, env_id, render_mode=None, observation=None, wrap=None, copy=True, threads=None,
                 autoreset_mode=AutoresetMode.NEXT_STEP, **params):
        self._given = {"num_envs": num_envs, "env_id": env_id, "render_mode": render_mode, "observation": observation, "wrap": wrap,
                       "copy": copy, "threads": threads, "autoreset_mode": autoreset_mode, **params}
        num_envs, threads = _count("num_envs", num_envs), None if threads is None else _count("threads", threads)
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f"render_mode {render_mode!r} is unknown: batches know 'rgb_array'")
        self.mode = _mode(autoreset_mode)
        if num_envs > _LANES:
            raise ValueError(f"num_envs is {num_envs}: want at most {_LANES}")
        if not isinstance(copy, bool | np.bool_):
            raise TypeError(f"copy is {copy!r}: want True or False")
        self.num_envs, self.copy, self.render_mode = num_envs, bool(copy), render_mode
        self.metadata = {**self.metadata, "autoreset_mode": self.mode}
        self._choice = spaces.Choice(env_id, params, observation, wrap)
        self._entry = self._choice.entry
        self._threads = threads or max(1, min(os.cpu_count() or 1, num_envs // _LANES_A_THREAD))
        self.single_observation_space = spaces.observation_space(self._entry)
        self.single_action_space = spaces.space(self._entry["action"])
        self._discrete = self._entry["action"]["kind"] == "discrete"
        self._flow = self._entry["kind"] == "flow"
        self._action_shape = (num_envs, *spaces.shape(self._entry["action"]))
        self._number = 0
        self._seed = None  # of environment 0; those of the others follow, unless there is a list
        self._own_seeds = None
        self._hot = self._not_ready
        _native._live.add(self)

    @functools.cached_property
    def observation_space(self):
        """The space of a batch; made when asked for, for it takes a while."""
        return batch_space(self.single_observation_space, self.num_envs)

    @functools.cached_property
    def action_space(self):
        """The space of a batch of actions."""
        return batch_space(self.single_action_space, self.num_envs)

    # Life and death.

    def _ensure(self):
        if self._handle is not None:
            return
        if self.closed:
            _native._closed_error()
        if self._seed is None:
            self._seed = int.from_bytes(os.urandom(8), "little")
        n = self.num_envs
        self._check_room()
        h = _native.Handle(**self._choice.options(autoreset=_MODES[self.mode], seed=self._seed, lanes=n, threads=self._threads))
        self._parts, self._finals, self._texts = [], [], {}
        for k, named in enumerate(self._entry["observation"]):
            kind, a, wide, final = named["kind"], None, None, None
            if kind == "text":
                self._texts[k] = [""] * n
            else:
                shape, dtype = spaces.shape(named), spaces.dtype(named)
                a = np.zeros((n, *shape), dtype)
                h.bind(_native.SLOT_OBS, k, a)
                if self.mode is AutoresetMode.SAME_STEP:
                    final = np.zeros((n, *shape), dtype)
                    h.bind(_native.SLOT_FINAL, k, final)
            if kind == "discrete":
                wide = np.zeros(n, np.int64)  # Gymnasium's type of such observations
            self._parts.append((k, named["name"], a, wide))
            self._finals.append(final)
        self._tuples = {k: tuple(t) for k, t in self._texts.items()}
        self._reward, self._terminated, self._truncated = np.zeros(n), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
        self._action = np.zeros(self._action_shape, np.int64 if self._discrete else spaces.dtype(self._entry["action"]))
        for slot, a in ((_native.SLOT_REWARD, self._reward), (_native.SLOT_TERMINATED, self._terminated),
                        (_native.SLOT_TRUNCATED, self._truncated), (_native.SLOT_ACTION, self._action)):
            h.bind(slot, 0, a)
        self._number = h.number
        self._handle = h

    def _check_room(self):
        """Raises where there is no room for the observations, here and in the library,
        which would end the process."""
        bytes_each = sum(math.prod(spaces.shape(o)) * np.dtype(spaces.dtype(o)).itemsize for o in self._entry["observation"] if o["kind"] != "text")
        room = 2 * self.num_envs * bytes_each * (2 if self.mode is AutoresetMode.SAME_STEP else 1)
        try:
            np.empty(room, np.uint8)
        except MemoryError:
            raise MemoryError(f"{self.num_envs} environments with observations of {bytes_each} bytes need {room / 2**30:.1f} GiB: use fewer") from None

    def forked(self):
        """Makes every step after a fork raise."""
        if self._handle is not None:
            self._hot = _native._fork_error

    def close_extras(self, **kwargs):
        """Frees the environments."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None
        self._hot = _native._closed_error

    def _not_ready(self, *_):
        raise gymnasium.error.ResetNeeded("call reset before step")

    # Episodes.

    def reset(self, *, seed=None, options=None):
        """Starts episodes. seed is None (go on), an integer (environment i gets
        seed + i), or a list of one for each, where None leaves a generator as it
        is. options may hold "reset_mask", bool [num_envs]: who is reset."""
        check_options(options, ("reset_mask",))
        mask = self._mask(options)
        seeds = self._seeds(seed)
        self._ensure()
        self._note(seeds, mask)
        h, texts = self._handle, 0
        if isinstance(seeds, list) and None in seeds:
            # Two resets: of those with seeds, and of those without.
            for given in (True, False):
                part = np.array([(s is not None) == given for s in seeds]) & (True if mask is None else mask)
                if part.any():
                    texts |= h.reset([s or 0 for s in seeds] if given else None, part)
        else:
            texts = h.reset(seeds, mask)
        self._hot = h.function("mfStep")
        if texts & _native.FLAG_TEXTS:
            self._read_texts()
        return self._observe(), self._infos({})

    def _mask(self, options):
        mask = (options or {}).get("reset_mask")
        if mask is None:
            return None
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (self.num_envs,):
            raise ValueError(f"options: reset_mask must be a bool array of shape ({self.num_envs},)")
        return np.ascontiguousarray(mask)

    def _seeds(self, seed):
        if seed is None:
            return None
        if isinstance(seed, int):
            check_seed(seed)
            if seed + self.num_envs > 1 << 64:
                raise ValueError("the seeds of a batch must be below 2**64")
            return [seed]
        if not isinstance(seed, list | tuple | np.ndarray):
            raise TypeError(f"seed is {seed!r}: want None, a Python integer, or a list with one for each environment")
        seeds = np.asarray(seed, object).tolist()
        if len(seeds) != self.num_envs:
            raise ValueError(f"{len(seeds)} seeds for {self.num_envs} environments")
        for s in seeds:
            if s is not None and check_seed(s) >= 1 << 64:
                raise ValueError("the seeds of a batch must be below 2**64")
        return None if all(s is None for s in seeds) else seeds

    def _note(self, seeds, mask):
        """Remembers where the generators start from."""
        if seeds is None:
            return
        if len(seeds) == 1 and mask is None:
            self._seed, self._own_seeds = seeds[0], None
            return
        given = seeds if len(seeds) == self.num_envs else range(seeds[0], seeds[0] + self.num_envs)
        self._own_seeds = [
            old if new is None or mask is not None and not mask[i] else new for i, (old, new) in enumerate(zip(self.np_random_seed, given))
        ]

    def step(self, actions):
        """Steps all environments."""
        if self._number == 0:
            self._hot()
        if type(actions) is not np.ndarray:
            actions = np.asarray(actions)
        if actions.shape != self._action_shape:
            raise ValueError(f"actions have shape {actions.shape}: want {self._action_shape}")
        try:
            np.copyto(self._action, actions, casting="same_kind")
        except TypeError:
            raise TypeError(f"actions are of type {actions.dtype}: want {self._action.dtype}") from None
        flags = self._hot(self._number)
        if flags < 0:
            raise self._handle.failure(flags)
        infos = {}
        if flags:
            if flags & _native.FLAG_TEXTS:
                self._read_texts()
            if flags & _native.FLAG_ENDED and self._finals and self.mode is AutoresetMode.SAME_STEP:
                self._final(infos)
        if self._flow:
            self._infos(infos)
        if self.copy:
            return self._observe(), self._reward.copy(), self._terminated.copy(), self._truncated.copy(), infos
        return self._observe(), self._reward, self._terminated, self._truncated, infos

    def _observe(self):
        obs = {}
        for k, name, a, wide in self._parts:
            if a is None:
                obs[name] = self._tuples[k]
            elif wide is not None:
                np.copyto(wide, a)
                obs[name] = wide.copy() if self.copy else wide
            else:
                obs[name] = a.copy() if self.copy else a
        return obs if len(obs) > 1 else obs[self._parts[0][1]]

    def _read_texts(self):
        for k, texts in self._texts.items():
            lanes, new = self._handle.texts(k)
            for i, text in zip(lanes, new):
                texts[i] = text
            self._tuples[k] = tuple(texts)

    def _final(self, infos):
        """Adds the last observations of the episodes that ended, as Gymnasium's
        SyncVectorEnv has them."""
        ended = self._terminated | self._truncated
        lanes = np.flatnonzero(ended).tolist()
        texts = {k: self._handle.read("mfFinalTexts", k, room=1 << 16).decode().split("\0") for k in self._texts}
        out = np.full(self.num_envs, None, dtype=object)
        for j, i in enumerate(lanes):
            obs = {}
            for (k, name, a, wide), final in zip(self._parts, self._finals):
                obs[name] = texts[k][j] if a is None else int(final[i]) if wide is not None else final[i].copy()
            out[i] = obs if len(obs) > 1 else obs[self._parts[0][1]]
        infos.update(final_obs=out, _final_obs=ended, final_info={}, _final_info=ended.copy())

    def _infos(self, infos):
        if self._flow:
            infos["action_mask"] = self.action_masks()
            infos["_action_mask"] = np.ones(self.num_envs, np.bool_)
        return infos

    def action_masks(self):
        """Returns the legal actions, int8 [num_envs, n]; 1 is legal."""
        if self._handle is None:
            self._hot()
        masks = np.frombuffer(bytearray(self._handle.read("mfMask")), np.int8)
        return masks.reshape(self.num_envs, -1)

    def render(self):
        """Returns a tuple of pictures, uint8 [height, width, 3]."""
        if self.render_mode is None:
            gymnasium.logger.warn("render was called without a render_mode: give one to gymnasium.make_vec, such as 'rgb_array'")
            return None
        if self._handle is None:
            self._hot()
        return tuple(self._handle.frame(i) for i in range(self.num_envs))

    def snapshot(self, i):
        """Returns environment i, its generator and its flags as bytes."""
        if self._handle is None:
            self._hot()
        return self._handle.snapshot(self._lane(i))

    def restore(self, i, data):
        """Sets environment i to a snapshot."""
        if self._handle is None:
            self._hot()
        if self._handle.restore(data, self._lane(i)) & _native.FLAG_TEXTS:
            self._read_texts()

    def _lane(self, i):
        if not 0 <= i < self.num_envs:
            raise IndexError(f"environment {i} of {self.num_envs}")
        return i

    # Generators.

    @property
    def np_random_seed(self):
        """The seeds that the generators started from."""
        if self._seed is None:
            self._ensure()
        if self._own_seeds is not None:
            return tuple(self._own_seeds)
        return tuple((self._seed + i) % (1 << 64) for i in range(self.num_envs))

    # Saving.

    def __getstate__(self):
        state = {"given": self._given, "spec": self.spec, "seeds": (self._seed, self._own_seeds), "closed": self.closed}
        if self._handle is not None and self._hot != self._not_ready:
            state["snapshots"] = [self._handle.snapshot(i) for i in range(self.num_envs)]
        return state

    def __setstate__(self, state):
        self.__init__(**state["given"])
        self.spec, (self._seed, self._own_seeds) = state["spec"], state["seeds"]
        if "snapshots" in state:
            self._ensure()
            for i, data in enumerate(state["snapshots"]):
                self._handle.restore(data, i)
            self._hot = self._handle.function("mfStep")
            self._read_texts()
        if state["closed"]:
            self.close()

    def __repr__(self):
        return f"<VectorEnv {self._choice.id} num_envs={self.num_envs}>"


def _count(name, value):
    """Returns a number of at least 1 or raises."""
    try:
        if not isinstance(value, bool) and operator.index(value) >= 1:
            return operator.index(value)
    except TypeError:
        pass
    raise ValueError(f"{name} is {value!r}: want an integer of at least 1")


def _mode(mode):
    if isinstance(mode, str):
        for m in AutoresetMode:
            if mode.upper().replace("-", "_") == m.name or mode == m.value:
                return m
    if isinstance(mode, AutoresetMode):
        return mode
    raise ValueError(f"autoreset_mode {mode!r} is unknown: use one of {', '.join(m.name for m in AutoresetMode)}")
