"""Import one of these modules and the original ids make miniflow's environments."""

import importlib
import sys
import types


def import_original(name):
    """Imports the original first, so that its registration does not come last. Where
    that fails (not installed, no display) an empty module takes its place, so that a
    script's own import of it, which only serves to register ids, passes."""
    try:
        importlib.import_module(name)
    except Exception as error:  # whatever its dependencies raise
        sys.modules[name] = types.ModuleType(name, f"Stands in for {name}, which cannot be imported: {error}")
