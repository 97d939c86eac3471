"""One environment as a gymnasium.Env."""

import operator
import os
import weakref

import gymnasium
import numpy as np

from miniflow import _native, spaces


class Env(gymnasium.Env):
    """An environment of miniflow.

    env_id is the id without its namespace. observation and wrap choose other
    observations (docs/python.md); all other keywords are the environment's
    parameters. Observations are fresh arrays, never changed later.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}

    def __init__(self, env_id, *, render_mode=None, observation=None, wrap=None, **params):
        self._given = {"env_id": env_id, "render_mode": render_mode, "observation": observation, "wrap": wrap, **params}
        modes = self.metadata["render_modes"]
        if render_mode is not None and render_mode not in modes:
            known = f"use one of {', '.join(modes)}, or 'human' through gymnasium.make" if modes else "constructions have no pictures"
            raise ValueError(f"render_mode {render_mode!r} is unknown: {known}")
        self._choice = spaces.Choice(env_id, params, observation, wrap)
        self._entry = self._choice.entry
        self.render_mode = render_mode
        self.observation_space = spaces.observation_space(self._entry)
        self.action_space = spaces.space(self._entry["action"])
        self._discrete = self._entry["action"]["kind"] == "discrete"
        self._handle = None
        self._closed = False
        self._rng = None  # a copy of the generator, once somebody asked for it
        self._np_random_seed = None
        if self._discrete:
            self._low = int(self.action_space.start)
            self._high = self._low + int(self.action_space.n)
        self._number = 0
        self._hot = None  # the library's step, once there was a reset
        self._step_one = self._not_ready
        self._texts = {}
        _native._live.add(self)

    # Life and death.

    def _ensure(self):
        """Makes the environment in the library, if there is none yet."""
        if self._handle is not None:
            return
        if self._closed:
            _native._closed_error()
        if self._np_random_seed is None:
            self._np_random_seed = int.from_bytes(os.urandom(8), "little")
        seed = self._np_random_seed
        h = _native.Handle(**self._choice.options(autoreset="disabled", seed=seed & (1 << 64) - 1))
        self._arrays = []
        for k, named in enumerate(self._entry["observation"]):
            a = None
            if named["kind"] == "text":
                self._texts[named["name"]] = ""
            else:
                a = np.zeros((1, *spaces.shape(named)), spaces.dtype(named))
                h.bind(_native.SLOT_OBS, k, a)
            self._arrays.append((named["name"], named["kind"], a))
        self._reward = np.zeros(1)
        h.bind(_native.SLOT_REWARD, 0, self._reward)
        if not self._discrete:
            named = self._entry["action"]
            self._action = np.zeros((1, *spaces.shape(named)), spaces.dtype(named))
            h.bind(_native.SLOT_ACTION, 0, self._action)
            self._flags = np.zeros((2, 1), np.bool_)
            h.bind(_native.SLOT_TERMINATED, 0, self._flags[0])
            h.bind(_native.SLOT_TRUNCATED, 0, self._flags[1])
        names = [(n, kind) for n, kind, _ in self._arrays]
        if names == [("image", "box"), ("direction", "discrete"), ("mission", "text")]:
            self._image, self._direction = self._arrays[0][2][0], memoryview(self._arrays[1][2])
            self._observe = self._observe_grid
        elif len(names) == 1:
            self._observe = self._observe_one
        self._number = h.number
        self._handle = h
        if seed >= 1 << 64:
            h.set_rand(np.random.PCG64(seed).state)

    def forked(self):
        """Makes every step after a fork raise."""
        if self._handle is not None:
            self._step_one = _native._fork_error

    def close(self):
        """Frees the environment. It may be called more than once."""
        if self._handle is not None:
            self._handle.close()
            self._handle = None
        self._closed = True
        self._step_one = _native._closed_error

    def _not_ready(self, *_):
        raise gymnasium.error.ResetNeeded("call reset before step")

    def _begun(self):
        """Returns the handle of an environment that was reset, or raises."""
        if self._closed:
            _native._closed_error()
        if not self._hot:
            raise gymnasium.error.ResetNeeded("call reset first")
        return self._handle

    # Episodes.

    def reset(self, *, seed=None, options=None):
        """Starts an episode. Without a seed the generator goes on; the first reset
        without one draws a seed from the operating system."""
        check_options(options)
        if seed is not None:
            self._np_random_seed = check_seed(seed)
        self._ensure()
        h = self._handle
        if seed is not None:
            if seed < 1 << 64:
                flags = h.reset([seed])
            else:
                h.set_rand(np.random.PCG64(seed).state)
                flags = h.reset()
        else:
            if self._rng is not None:
                self._push()
            flags = h.reset()
        self._step_one = self._hot = h.function("mfStepOne")
        if self._rng is not None:
            self._pull()
        if flags & _native.FLAG_TEXTS:
            self._read_texts()
        return self._observe(), self._info()

    def step(self, action):
        """Takes a step. Actions outside the action space raise ValueError, and a step
        after the end of an episode gymnasium.error.ResetNeeded."""
        if self._rng is not None:
            self._push()
        if self._discrete:
            try:
                action = _index(action)
            except TypeError:
                action = index(action)
            if not self._low <= action < self._high:
                raise ValueError(f"action {action} is not in [{self._low}, {self._high})")
            flags = self._step_one(self._number, action)
        else:
            flags = self._step_box(action)
        if flags < 0:
            raise self._handle.failure(flags)
        if self._rng is not None:
            self._pull()
        if flags & 8:
            self._read_texts()
        return self._observe(), self._reward.item(0) if flags & 4 else 0.0, flags & 1 == 1, flags & 2 == 2, self._info()

    def _step_box(self, action):
        if not self._hot or self._closed:
            self._step_one()  # raises
        action = np.asarray(action)
        if action.shape != self._action.shape[1:]:
            raise ValueError(f"the action has shape {action.shape}: want {self._action.shape[1:]}")
        try:
            np.copyto(self._action[0], action, casting="same_kind")
        except TypeError:
            raise TypeError(f"the action is of type {action.dtype}: want {self._action.dtype}") from None
        flags = self._handle.function("mfStep")(self._number)
        if flags < 0:
            return flags
        return flags & ~7 | int(self._flags[0, 0]) | int(self._flags[1, 0]) << 1 | int(self._reward[0] != 0) << 2

    # Observations.

    def _observe_grid(self):
        return {"image": self._image.copy(), "direction": self._direction[0], "mission": self._texts["mission"]}

    def _observe_one(self):
        return self._part(*self._arrays[0])

    def _observe(self):
        return {name: self._part(name, kind, a) for name, kind, a in self._arrays}

    def _part(self, name, kind, a):
        if a is None:
            return self._texts[name]
        if kind == "discrete":
            return int(a[0])
        return a[0].copy()

    def _read_texts(self):
        for k, (name, kind, _) in enumerate(self._arrays):
            if kind == "text":
                for _, text in zip(*self._handle.texts(k)):
                    self._texts[name] = text

    def _info(self):
        return {}

    # Pictures.

    def render(self):
        """Returns a picture, uint8 [height, width, 3], or letters."""
        if self.render_mode is None:
            gymnasium.logger.warn("render was called without a render_mode: give one to gymnasium.make, such as 'rgb_array'")
            return None
        h = self._begun()
        if self.render_mode == "ansi":
            return h.read("mfLetters", 0).decode()
        return h.frame()

    # Generator.

    @property
    def np_random(self):
        """A numpy.random.Generator that draws the numbers which the world would
        draw next; what it draws, the world does not draw again. From its first use
        on, every step costs some 30 us more, to keep both in step."""
        if self._rng is None:
            self._ensure()
            self._rng = np.random.Generator(np.random.PCG64(0))
            self._pull()
        return self._rng

    @np_random.setter
    def np_random(self, generator):
        self.np_random.bit_generator.state = generator.bit_generator.state
        self._np_random_seed = -1  # unknown, as Gymnasium says
        self._push()

    _np_random = np_random

    @property
    def np_random_seed(self):
        """The seed that the generator started from."""
        if self._np_random_seed is None:
            self._ensure()
        return self._np_random_seed

    def _push(self):
        if self._closed:
            _native._closed_error()
        state = self._rng.bit_generator.state
        if state != self._known:
            self._handle.set_rand(state)

    def _pull(self):
        self._known = self._handle.rand()
        self._rng.bit_generator.state = self._known

    # Saving.

    def snapshot(self):
        """Returns world, generator and flags as bytes."""
        return self._begun().snapshot()

    def restore(self, data):
        """Goes back to a snapshot of an environment made with the same keywords, and
        returns its observation."""
        self._ensure()
        flags = self._handle.restore(data)
        self._step_one = self._hot = self._handle.function("mfStepOne")
        if self._rng is not None:
            self._pull()
        if flags & _native.FLAG_TEXTS:
            self._read_texts()
        return self._observe()

    def __getstate__(self):
        state = {"given": self._given, "spec": self.spec, "seed": self._np_random_seed, "closed": self._closed}
        if self._handle is not None and self._hot:
            state["snapshot"] = self.snapshot()
        return state

    def __setstate__(self, state):
        self.__init__(**state["given"])
        self.spec, self._np_random_seed = state["spec"], state["seed"]
        if "snapshot" in state:
            self.restore(state["snapshot"])
        if state["closed"]:
            self.close()

    def __repr__(self):
        return f"<{type(self).__name__} {self._choice.id}>"


class MiniWorldEnv(Env):
    """A 3D world."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 30}


class OtherEnv(Env):
    """A construction environment with continuous actions."""

    metadata = {"render_modes": [], "render_fps": 10}


class LegalActions(gymnasium.spaces.Discrete):
    """Discrete actions of which only some are legal at a time. Without a mask of
    one's own, sample draws from those that are legal in the environment now."""

    def __init__(self, env, n, start=0, seed=None):
        super().__init__(n, seed=seed, start=start)
        self._env = weakref.ref(env)

    def sample(self, mask=None, probability=None):
        """Draws an action."""
        if mask is None and probability is None and (env := self._env and self._env()) is not None and env._hot:
            mask = env.action_mask()
        if probability is not None:
            return super().sample(mask, probability)
        return super().sample(mask)

    def __getstate__(self):
        return {**self.__dict__, "_env": None}

    def __deepcopy__(self, memo):
        return gymnasium.spaces.Discrete(int(self.n), start=int(self.start))


class FlowEnv(Env):
    """A construction environment, as GFlowNets use them: info["action_mask"] (int8,
    1: legal) says which actions are legal, the last action ends the construction,
    and the reward arrives then."""

    metadata = {"render_modes": [], "render_fps": 10}

    def __init__(self, env_id, **kwargs):
        super().__init__(env_id, **kwargs)
        self.action_space = LegalActions(self, int(self.action_space.n), int(self.action_space.start))

    def action_mask(self):
        """Returns the legal actions, int8 [n]."""
        return np.frombuffer(self._begun().read("mfMask"), np.int8)

    def _info(self):
        return {"action_mask": self.action_mask()}


_index = operator.index


def index(action):
    """Returns an action that is no integer, but an array of one, as an int."""
    if isinstance(action, np.ndarray) and action.size == 1 and action.dtype.kind in "iu":
        return int(action.reshape(()))
    raise TypeError(f"an action is an integer, not {action!r}")


def check_seed(seed):
    """Returns the seed or raises what Gymnasium raises."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise gymnasium.error.Error(f"Seed must be a python integer, actual type: {type(seed)}")
    if seed < 0:
        raise gymnasium.error.Error(f"Seed must be greater or equal to zero, actual value: {seed}")
    return seed


def check_options(options, known=()):
    """Raises unless options are a dict of known keys."""
    if options is None:
        return
    if not isinstance(options, dict):
        raise TypeError(f"options must be a dict or None, not {type(options).__name__}")
    for key in options:
        if key not in known:
            raise ValueError(f"options: {key!r} is unknown: {'there are ' + ', '.join(known) if known else 'this environment has none'}; parameters belong into gymnasium.make")
