"""Import one of these modules and the original ids make miniflow's environments."""

import importlib
import importlib.abc
import sys
import types


def import_original(name):
    """Imports the original first, so that its registration does not come last. Where
    that fails (not installed, no display) an empty module takes its place, so that a
    script's own import of it, which only serves to register ids, passes."""
    try:
        importlib.import_module(name)
    except Exception as error:  # whatever its dependencies raise
        stand_in = types.ModuleType(name, f"Stands in for {name}, which cannot be imported: {error}")
        stand_in.__path__ = []  # a package, so that _NoSubmodules is asked for what is in it
        sys.modules[name] = stand_in
        sys.meta_path.insert(0, _NoSubmodules(stand_in, error))


class _NoSubmodules(importlib.abc.MetaPathFinder):
    """Says what to install to whoever imports a part of an original that is not there."""

    def __init__(self, stand_in, error):
        self._stand_in, self._error = stand_in, error

    def find_spec(self, fullname, path=None, target=None):
        name = self._stand_in.__name__
        if fullname.startswith(name + ".") and sys.modules.get(name) is self._stand_in:
            what = "pip install minigrid for its wrappers" if name == "minigrid" else f"pip install {name} for it"
            raise ModuleNotFoundError(f"{fullname} is a part of the original, which cannot be imported ({self._error}): {what}", name=fullname)
        return None
