"""Importing this module makes gymnasium.make("MiniWorld-...") build miniflow's
environments, which need neither the original nor a display."""

import miniflow
from miniflow.compat import import_original

import_original("miniworld")
miniflow.register(namespace="", family="miniworld")
