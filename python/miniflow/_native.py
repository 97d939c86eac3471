"""One environment of the shared library, from Python's side.

The library is loaded when the first environment is really needed, which is at
its first reset: a process that forks before that loses nothing. Go's threads do
not survive a fork, so a child of a process that has loaded the library must not
touch it: instead of hanging, every call in such a child raises ForkError.
"""

import contextlib
import ctypes
import functools
import json
import os
import pathlib
import subprocess
import sys
import threading
import weakref

import gymnasium
import numpy as np

from miniflow import _library
from miniflow._library import FILE, fetch, open_library

FLAG_TERMINATED, FLAG_TRUNCATED, FLAG_REWARD, FLAG_TEXTS, FLAG_ENDED = 1, 2, 4, 8, 16
SLOT_OBS, SLOT_FINAL, SLOT_ACTION, SLOT_REWARD, SLOT_TERMINATED, SLOT_TRUNCATED = range(6)


class ForkError(RuntimeError):
    """The process was forked after it had used miniflow."""


class ClosedError(gymnasium.error.ClosedEnvironmentError):
    """The environment was closed."""


_lib = None
_lock = threading.Lock()
_forked = False
_live = weakref.WeakSet()  # what must be told about a fork


def _fork_error(*_):
    raise ForkError(
        "this process was forked from one that had used miniflow already, and the Go runtime does not survive a fork: "
        "start processes with the 'forkserver' or 'spawn' method, or reset environments in the children only, "
        "or use gymnasium.make_vec, which needs no processes"
    )


def _closed_error(*_):
    raise ClosedError("the environment is closed: make a new one")


def _in_child():
    global _forked
    if _lib is not None:
        _forked = True
        for x in list(_live):
            x.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


def library():
    """Returns the library, loading it at the first call."""
    global _lib
    if _forked:
        _fork_error()
    if _lib is None:
        with _lock:
            if _lib is None:
                path = pathlib.Path(__file__).with_name(FILE)
                if not path.exists():
                    raise ImportError(f"{path} is missing: install the package with pip install ./python")
                _lib = open_library(path)
    return _lib


@functools.cache
def describe(options):
    """Returns the entry, as in the table, of what JSON options make. Unless the
    library is loaded already, a short-lived process asks it, so that forks stay
    harmless until the first reset."""
    data = None
    if _lib is None or _forked:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            command = [sys.executable, "-I", "-S", _library.__file__]
            data = subprocess.run(command, input=options.encode(), capture_output=True, check=True, timeout=60).stdout
    entry = json.loads(data or _library.describe(library(), options.encode()))
    if "error" in entry:
        raise error(entry["error"], ValueError)
    return entry


def _release(n, pid):
    if os.getpid() == pid and not _forked:
        _lib.mfClose(n)


# How the library's sentences end, by the exception to raise.
_KINDS = (
    ("action outside the action space", ValueError),
    ("lane needs a reset", gymnasium.error.ResetNeeded),
    ("bad parameter", ValueError),
    ("unknown environment id", gymnasium.error.NameNotFound),
    ("not a snapshot of this environment", ValueError),
    ("wrong number of seeds", ValueError),
    ("not offered by this environment", NotImplementedError),
)


# What the library asks of Go's programs, as it is asked of Python's.
_REMEDIES = {
    "reset the lane with Batch.ResetMask: lane needs a reset": "call reset, for part of a batch with the option reset_mask",
    "call Reset first: lane needs a reset": "call reset first",
}


def error(text, otherwise=RuntimeError):
    """Returns the exception for a sentence of the library. otherwise is that of
    what was asked for, where no other fits."""
    kinds = [kind for part, kind in _KINDS if part in text]
    for theirs, ours in _REMEDIES.items():
        text = text.replace(theirs, ours)
    kind = kinds[0] if kinds else RuntimeError if "internal error" in text else otherwise
    return kind(text.removeprefix("miniflow: "))


class Handle:
    """An environment in the library and the arrays that it works on."""

    def __init__(self, **options):
        lib = library()
        try:
            data = json.dumps(options).encode()
        except (TypeError, ValueError) as e:
            raise TypeError(f"options must be plain numbers, strings, booleans and lists: {e}") from None
        text = ctypes.create_string_buffer(4096)
        n = lib.mfMake(data, len(data), ctypes.addressof(text), len(text))
        if n < 0:
            raise error(text.raw[: -1 - n].decode(errors="replace"), ValueError)
        self.number = n
        self.lanes = options.get("lanes", 1)
        self._keep = []
        self._closer = weakref.finalize(self, _release, n, os.getpid())
        self._closer.atexit = False
        self._lib = lib
        _live.add(self)

    def forked(self):
        """Makes every later call raise."""
        self._lib = _Refusing(_fork_error)

    def close(self):
        """Frees the environment."""
        self._closer()
        if not isinstance(self._lib, _Refusing):
            self._lib = _Refusing(_closed_error)

    def failure(self, code):
        """Returns the exception for a negative answer."""
        if code == -2:
            return ClosedError("the environment is closed: make a new one")
        if code == -3:
            return RuntimeError("the environment is in use by another thread: give each thread its own")
        text = fetch(self._lib.mfError, self.number)
        return error(text.decode(errors="replace") if isinstance(text, bytes) else "unknown error")

    def call(self, name, *args):
        """Calls a function that answers with a number."""
        n = getattr(self._lib, name)(self.number, *args)
        if n < 0:
            raise self.failure(n)
        return n

    def read(self, name, *args, room=4096):
        """Calls a function that answers with bytes."""
        data = fetch(getattr(self._lib, name), self.number, *args, room=room)
        if isinstance(data, int):
            raise self.failure(data)
        return data

    def function(self, name):
        """Returns a function of the library for a hot path; the caller checks for
        negative answers and lets forked() replace it."""
        return getattr(self._lib, name)

    def bind(self, slot, k, array):
        """Makes part k of a slot live in array."""
        self.call("mfBind", slot, k, array.ctypes.data, array.nbytes)
        self._keep.append(array)

    def reset(self, seeds=None, mask=None):
        """Starts episodes and returns flags."""
        if seeds is None:
            return self.call("mfReset", None, 0, mask.ctypes.data if mask is not None else None)
        seeds = np.ascontiguousarray(seeds, np.uint64)
        return self.call("mfReset", seeds.ctypes.data, len(seeds), mask.ctypes.data if mask is not None else None)

    def texts(self, k, everything=False):
        """Returns lanes and their new texts of observation k."""
        lanes, count, room = np.zeros(self.lanes, np.int32), ctypes.c_int32(), 64 * self.lanes + 1024
        while True:
            buffer = ctypes.create_string_buffer(room)
            n = self.call("mfTexts", k, int(everything), ctypes.addressof(buffer), room, lanes.ctypes.data, ctypes.addressof(count))
            if n <= room:
                return lanes[: count.value].tolist(), buffer.raw[:n].decode().split("\0")[:-1]
            room, everything = n, True

    def frame(self, lane=0, view="", tile=0, width=0, height=0):
        """Returns a picture, uint8 [height, width, 3]."""
        name = view.encode()
        size = np.array([width, height], np.int32)
        n = self.call("mfFrame", lane, name, len(name), tile, size.ctypes.data, None, 0)
        out = np.empty((size[1], size[0], 3), np.uint8)
        size[:] = width, height
        self.call("mfFrame", lane, name, len(name), tile, size.ctypes.data, out.ctypes.data, n)
        return out

    def rand(self, lane=0):
        """Returns the lane's generator as the state of NumPy's PCG64."""
        s = json.loads(self.read("mfRand", lane))
        return {
            "bit_generator": "PCG64",
            "state": {"state": int(s["state"], 16), "inc": int(s["inc"], 16)},
            "has_uint32": s["has32"],
            "uinteger": s["u32"],
        }

    def set_rand(self, state, lane=0):
        """The inverse of rand."""
        inner = state["state"]
        data = json.dumps({"state": f"{inner['state']:032x}", "inc": f"{inner['inc']:032x}", "has32": state["has_uint32"], "u32": state["uinteger"]}).encode()
        self.call("mfSetRand", lane, data, len(data))

    def snapshot(self, lane=0):
        """Returns a lane as bytes."""
        return self.read("mfSnapshot", lane, room=1 << 16)

    def restore(self, data, lane=0):
        """The inverse of snapshot. It returns flags."""
        if not isinstance(data, bytes | bytearray):
            raise TypeError(f"a snapshot is bytes, not {type(data).__name__}")
        data = bytes(data)
        return self.call("mfRestore", lane, data, len(data))


class _Refusing:
    """Stands in for the library where it must not be called."""

    def __init__(self, refuse):
        self._refuse = refuse

    def __getattr__(self, name):
        return self._refuse
