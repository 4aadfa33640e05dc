"""Sources to import, and what must hold of a home whatever happened to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.phantom import Geometry, make_series

N_OBJECTS = 240


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 240 small images in three studies."""
    folder = tmp_path_factory.mktemp("source")
    for seed in "abc":
        geometry = Geometry(shape=(N_OBJECTS // 3, 64, 64))
        make_series(folder / seed, geometry, seed=seed)
    return folder
