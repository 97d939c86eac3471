"""The names of the shared library's functions. This file imports nothing but the
standard library, because the build reads it, too."""

import ctypes
import json
import pathlib
import sys

FILE = {"darwin": "libminiflow.dylib", "win32": "miniflow.dll"}.get(sys.platform, "libminiflow.so")

_i32, _i64, _ptr = ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p
_SIGNATURES = {
    "mfMake": [_ptr, _i64, _ptr, _i64],
    "mfClose": [_i64],
    "mfError": [_i64, _ptr, _i64],
    "mfCatalog": [_ptr, _i64],
    "mfDescribe": [_i64, _ptr, _i64],
    "mfBind": [_i64, _i32, _i32, _ptr, _i64],
    "mfReset": [_i64, _ptr, _i64, _ptr],
    "mfStep": [_i64],
    "mfStepOne": [_i64, _i64],
    "mfTexts": [_i64, _i32, _i32, _ptr, _i64, _ptr, _ptr],
    "mfFinalTexts": [_i64, _i32, _ptr, _i64],
    "mfMask": [_i64, _ptr, _i64],
    "mfFrame": [_i64, _i32, _ptr, _i64, _i32, _ptr, _ptr, _i64],
    "mfLetters": [_i64, _i32, _ptr, _i64],
    "mfSnapshot": [_i64, _i32, _ptr, _i64],
    "mfRestore": [_i64, _i32, _ptr, _i64],
    "mfRand": [_i64, _i32, _ptr, _i64],
    "mfSetRand": [_i64, _i32, _ptr, _i64],
    "mfMap": [_i64, _i32, _ptr, _i64],
    "mfSight": [_i64, _i32, _i32, _ptr, _i64],
    "mfState": [_i64, _i32, _ptr],
}


def open_library(path):
    """Loads the library and declares its functions."""
    lib = ctypes.CDLL(str(path))
    for name, types in _SIGNATURES.items():
        f = getattr(lib, name)
        f.argtypes, f.restype = types, _i64
    return lib


def fetch(f, *args, room=4096):
    """Calls f(*args, buffer, room), again with more room if it asks for it, and
    returns the bytes, or the negative number that f answered with."""
    while True:
        buffer = ctypes.create_string_buffer(room)
        n = f(*args, ctypes.addressof(buffer), room)
        if n < 0:
            return n
        if n <= room:
            return buffer.raw[:n]
        room = n


def describe(lib, options):
    """Returns the JSON of the environment that the JSON options make, or of an
    object with the sentence of the error."""
    text = ctypes.create_string_buffer(4096)
    n = lib.mfMake(options, len(options), ctypes.addressof(text), len(text))
    if n < 0:
        return json.dumps({"error": text.raw[: -1 - n].decode(errors="replace")}).encode()
    data = fetch(lib.mfDescribe, n, room=1 << 16)
    lib.mfClose(n)
    return data


def write_table(library, table):
    """Writes the table of all environments that a library offers."""
    data = fetch(open_library(library).mfCatalog, room=1 << 20)
    if isinstance(data, int):
        raise RuntimeError("the library did not describe its environments")
    pathlib.Path(table).write_bytes(data)


if __name__ == "__main__":
    # Describes an environment for a process that does not want to load the library.
    sys.stdout.buffer.write(describe(open_library(pathlib.Path(__file__).with_name(FILE)), sys.stdin.buffer.read()))
