import os
import pathlib

import pytest

import miniflow

LONG = os.environ.get("MINIFLOW_LONG") == "1"


def sample(ids):
    """All ids in the long tier, else one of each family of worlds."""
    if LONG:
        return ids
    seen = {}
    for i in ids:
        seen.setdefault(miniflow.spaces.table()[i]["family"], i)
    return list(seen.values())


def pytest_generate_tests(metafunc):
    for name, family in (("any_id", None), ("flow_id", "flow"), ("other_id", "other")):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, sample(miniflow.ids(family)))


@pytest.fixture(scope="session")
def grid_ids():
    return sample(miniflow.ids("minigrid"))


@pytest.fixture(scope="session")
def world_ids():
    return sample(miniflow.ids("miniworld"))


@pytest.fixture(scope="session")
def patterns():
    """The folder of the original's WFC pictures."""
    golden = os.environ.get("MINIFLOW_GOLDEN") or pathlib.Path(__file__).parents[3] / "shared" / "golden"
    return pathlib.Path(golden) / "minigrid" / "wfc_patterns"
