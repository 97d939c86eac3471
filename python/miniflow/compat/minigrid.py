"""Importing this module makes gymnasium.make("MiniGrid-...") and "BabyAI-..." build
miniflow's environments. The original's wrappers work on them, if it is installed."""

import miniflow
from miniflow.compat import import_original

import_original("minigrid")
miniflow.register(namespace="", family="minigrid")
