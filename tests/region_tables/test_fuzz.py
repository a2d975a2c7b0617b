"""Whatever stands in the files, the answer is tables or a refusal in words."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.messages import render
from simulation.region.tables import RegionTables, RegionTablesError, read_region_tables
from simulation.region.tables.templates import EXAMPLE

FILES = sorted(path.name for path in EXAMPLE.iterdir())
NASTY = [
    b"\0", b"\xff\xfe", b'"', b",,,", b"\n\n", b"\r", b"\xe4\xb8", b"-1", b"1e999", b"nan", b"\xd9\xa3", b"all", b";",
    b"\t", b"\\ud800", b"[[[[", b"{}", b"null", b"-0", b"0-4", b"75+", b"\xc2\xa0", b"9" * 40, b"\x80\x30", b"999",
]  # fmt: skip
EDIT = st.tuples(
    st.sampled_from(FILES),
    st.integers(0, 2000),
    st.integers(0, 12),
    st.one_of(st.sampled_from(NASTY), st.binary(max_size=6)),
)


def outcome(folder: Path) -> RegionTables | RegionTablesError:
    try:
        return read_region_tables(folder)
    except RegionTablesError as error:
        return error


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EDIT, min_size=1, max_size=4))
def test_changed_bytes_give_tables_or_a_refusal(edits):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "region"
        shutil.copytree(EXAMPLE, folder)
        for file, start, length, new in edits:
            data = (folder / file).read_bytes()
            start %= len(data) + 1
            (folder / file).write_bytes(data[:start] + new + data[start + length :])
        found = outcome(folder)
        messages = found.messages if isinstance(found, RegionTablesError) else found.notes
        assert messages
        for message in messages:
            assert render(message, "en").encode() and render(message, "zh").encode()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.binary(max_size=200))
def test_any_bytes_for_a_file_give_tables_or_a_refusal(file, data):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "region"
        shutil.copytree(EXAMPLE, folder)
        (folder / file).write_bytes(data)
        assert isinstance(outcome(folder), RegionTables | RegionTablesError)
