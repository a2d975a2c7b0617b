import pytest

from tests.region_tables.folders import Folder


@pytest.fixture
def district(tmp_path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def empty(tmp_path) -> Folder:
    return Folder(tmp_path, source=None)
