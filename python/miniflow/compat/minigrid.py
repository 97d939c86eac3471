"""Importing this module makes gymnasium.make("MiniGrid-...") and "BabyAI-..." build
miniflow's environments. If minigrid is installed it is imported first, so that its
own registration, and its wrappers, are there, and come second."""

import contextlib

with contextlib.suppress(ImportError):
    import minigrid  # noqa: F401

import miniflow

miniflow.register(namespace="", family="minigrid")
