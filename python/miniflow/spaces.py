"""What an environment's observations and actions are, without asking the library."""

import difflib
import functools
import json
import pathlib
import string

import gymnasium
import numpy as np
from gymnasium import spaces

from miniflow import _native

#: What the option observation may be, by kind of environment: the chain of
#: wrappers, or the value of the parameter obs, that it stands for.
OBSERVATIONS = {
    "minigrid": {
        "symbols": "", "image": "img", "full": "full", "rgb": "rgb", "rgb_partial": "rgb_partial",
        "onehot": "onehot", "symbolic": "symbolic", "flat": "flat", "words": "words", "text": "describe",
        "first_person": "first_person", "depth": "first_person:obs=depth", "segmentation": "first_person:obs=segmentation",
    },
    "miniworld": {
        "rgb": "rgb", "first_person": "rgb", "grey": "grey", "depth": "depth", "segmentation": "segmentation",
        "pose": "pose", "topdown": "topdown", "text": "text",
    },
}

_CHARS = string.ascii_letters + string.digits + string.punctuation + " "


class MissionSpace(spaces.Text):
    """Missions: texts of at most 256 characters. template is how they read, with
    variable words in braces."""

    def __init__(self, template="", max_length=256, seed=None):
        super().__init__(max_length, min_length=0, charset=_CHARS, seed=seed)
        self.template = template

    def __repr__(self):
        return f"MissionSpace({self.template!r})"


@functools.cache
def table():
    """Returns the entries of all environments by id."""
    data = json.loads(pathlib.Path(__file__).with_name("table.json").read_text())
    return {e["id"]: e for e in data["envs"]}


def family(entry):
    """Returns "minigrid", "miniworld", "flow" or "other"."""
    if entry["kind"] == "other" and entry["id"].startswith("MiniWorld-"):
        return "miniworld"
    return entry["kind"]


def space(named, mission=""):
    """Returns the Gymnasium space of a named space of the table."""
    kind, s = named["kind"], named["space"]
    if kind == "discrete":
        return spaces.Discrete(s["n"], start=s.get("start", 0))
    if kind == "multi_discrete":
        return spaces.MultiDiscrete(s["nvec"], dtype=np.int32)
    if kind == "multi_binary":
        return spaces.MultiBinary(s["n"])
    if kind == "text":
        return MissionSpace(mission, s["max_len"])
    low, high = (np.array([float(v) for v in s[k]]) for k in ("low", "high"))
    shape = tuple(s["shape"])
    if low.size > 1:
        low = low.reshape(shape)
    if high.size > 1:
        high = high.reshape(shape)
    dtype = np.dtype(s["dtype"])
    low, high = (np.broadcast_to(v, shape).astype(dtype) for v in (low, high))
    return spaces.Box(low, high, shape, dtype)


def observation_space(entry):
    """Returns the observation space: a Dict, or the one observation's own."""
    named = entry["observation"]
    if len(named) == 1:
        return space(named[0], entry.get("mission", ""))
    return spaces.Dict({n["name"]: space(n, entry.get("mission", "")) for n in named})


def dtype(named):
    """Returns the type of the library's buffer for a named space."""
    return {"discrete": np.int32, "multi_discrete": np.int32, "multi_binary": np.int8}.get(named["kind"]) or np.dtype(named["space"]["dtype"])


def shape(named):
    """Returns the shape of a row of the library's buffer."""
    s = named["space"]
    return {"discrete": (), "multi_discrete": (len(s.get("nvec", ())),), "multi_binary": (s.get("n"),)}.get(named["kind"]) or tuple(s.get("shape", ()))


class Choice:
    """What is to be made: id, parameters and wrappers, checked as far as the table
    allows, with the spaces that follow."""

    def __init__(self, env_id, params, observation=None, wrap=None):
        base = table().get(env_id)
        if base is None:
            near = difflib.get_close_matches(str(env_id), table(), n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "miniflow.ids() lists all"
            raise gymnasium.error.NameNotFound(f"environment {env_id!r} is unknown: {hint}")
        self.id, self.family = env_id, family(base)
        self.params = {k: v for k, v in params.items() if v is not None}
        self.wrap = wrap or ""
        if not isinstance(self.wrap, str):
            raise TypeError(f"wrap is a text such as 'rgb_partial:tile=8,img', not {type(wrap).__name__}")
        if observation is not None:
            self._observe(observation)
        for name, value in self.params.items():
            self.params[name] = _check(base, name, value)
        self.entry = base
        if not self._in_table():
            self.entry = _native.describe(json.dumps(self.options(), sort_keys=True))
        elif "agent_view_size" in self.params:
            n = self.params["agent_view_size"]
            if n % 2 == 0:
                raise ValueError(f"{env_id}: parameter agent_view_size is {n}: want an odd number")
            image = json.loads(json.dumps(base["observation"]))
            image[0]["space"]["shape"] = [n, n, 3]
            self.entry = {**base, "observation": image}

    def _observe(self, observation):
        known = OBSERVATIONS.get(self.family, {})
        if self.family == "miniworld" and isinstance(observation, str):
            parts = observation.split("+")
            if all(p in known for p in parts):
                if "obs" in self.params:
                    raise ValueError(f"{self.id}: observation and obs say the same: give one of them")
                self.params["obs"] = "+".join(known[p] for p in parts)
                return
        elif isinstance(observation, str) and observation in known:
            self.wrap = ",".join(w for w in (known[observation], self.wrap) if w)
            return
        raise ValueError(f"{self.id}: observation {observation!r} is unknown: use one of {', '.join(known) or 'none'}")

    def _in_table(self):
        """Whether the spaces follow from the table: they do with the defaults, and
        Minigrid's parameters change none but the size of the view."""
        return not self.wrap and (not self.params or self.family == "minigrid")

    def options(self, **more):
        """Returns the options for the library."""
        return {"id": self.id, "params": self.params, "wrappers": self.wrap, **more}


def _check(entry, name, value):
    """Returns a parameter's value in its own type or raises."""
    params = {p["name"]: p for p in entry.get("params", ())}
    where = f"{entry['id']}: parameter {name}"
    if name not in params:
        raise TypeError(f"{where} is unknown: there are {', '.join(params) or 'none'}")
    p = params[name]
    kind = p["type"]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple | np.ndarray):
        value = list(value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    good = {
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": number,
        "bool": isinstance(value, bool),
        "string": isinstance(value, str),
        "list of int": isinstance(value, list) and all(isinstance(v, int) for v in value),
    }[kind]
    if not good:
        raise TypeError(f"{where} is {value!r}: want {kind}")
    if "min" in p and kind in ("int", "float", "list of int"):
        low, high = float(p["min"]), float(p["max"])
        for v in value if kind == "list of int" else [value]:
            if not low <= v <= high:
                raise ValueError(f"{where} is {v!r}: want a value in [{p['min']}, {p['max']}]")
    if p.get("choices") and value not in p["choices"]:
        raise ValueError(f"{where} is {value!r}: want one of {', '.join(p['choices'])}")
    return value
