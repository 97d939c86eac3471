"""Importing this module makes gymnasium.make("MiniWorld-...") build miniflow's
environments. If miniworld is loaded, import this module after it."""

import miniflow

miniflow.register(namespace="", family="miniworld")
