"""Cells are written whole, read back to the bit, and never believed when a bit of them is wrong."""

import errno
import os
import time

import numpy as np
import pytest

from simulation.analysis.experiment import atomic
from simulation.analysis.experiment.atomic import append_line, write_atomically
from simulation.analysis.experiment.cell_file import decode, encode
from simulation.analysis.experiment.errors import DamagedCellError, NotWrittenError
from simulation.analysis.experiment.store import CELL, CELLS, CellError, CellStore, MemoryStore
from simulation.engine.shared_past import Recorded
from simulation.outcomes.monitoring import Firing

KEY, OTHER = "ab" * 32, "cd" * 32
FIRING = Firing("more", "kiosks", "scale", 1.5, 12, 13, "survey_use_share", 0.1 + 0.2, 0.5, True, 1, None)
RECORDED = Recorded(
    {
        "week": np.arange(12, dtype=np.int16).reshape(3, 4),
        "share": np.array([0.1, np.nan, -0.0, np.inf]),
        "nobody": np.zeros((0, 5)),
        "number": np.array(7.0),
    },
    1 / 3,
    (FIRING,),
)


@pytest.fixture
def store(tmp_path):
    store = CellStore(tmp_path)
    store.write(KEY, encode(KEY, RECORDED))
    return store


def test_a_cell_reads_back_to_the_bit(store):
    found = store.read(KEY)
    assert found.expansion_factor == 1 / 3 and found.firings == (FIRING,)
    assert list(found.arrays) == sorted(RECORDED.arrays)
    for name, array in RECORDED.arrays.items():
        assert found.arrays[name].dtype == array.dtype and found.arrays[name].shape == array.shape
        assert found.arrays[name].tobytes() == array.tobytes()
    found.arrays["share"][0] = 1.0  # whoever reads it may work with it


def test_the_same_cell_has_the_same_bytes_whatever_its_memory_looks_like():
    turned = dict(reversed(RECORDED.arrays.items()))
    turned["week"] = np.asfortranarray(turned["week"]).astype(">i2")
    assert encode(KEY, Recorded(turned, 1 / 3, (FIRING,))) == encode(KEY, RECORDED)


def test_cells_stand_in_folders_by_their_first_two_digits_and_memory_holds_the_same(store, tmp_path):
    assert (tmp_path / CELLS / "ab" / f"{KEY}{CELL}").is_file()
    memory = MemoryStore()
    memory.write(KEY, encode(KEY, RECORDED))
    assert memory.keys() == store.keys() == {KEY}
    assert memory.check(KEY) == store.check(KEY)


def test_a_file_cut_short_anywhere_is_found(store):
    data = store.path(KEY).read_bytes()
    cuts = [0, 1, 50, 200, data.index(b"\n") + 3, len(data) // 2, len(data) - 100, len(data) - 2, len(data) - 1]
    for cut in cuts:
        store.path(KEY).write_bytes(data[:cut])
        for look in (store.check, store.read):
            with pytest.raises(DamagedCellError, match=f"{KEY}.* is not the cell it should be: "):
                look(KEY)
    store.path(KEY).write_bytes(data + b"x")
    with pytest.raises(DamagedCellError, match="shorter or longer"):
        store.read(KEY)


def test_every_single_flipped_bit_is_found(store):
    data = store.path(KEY).read_bytes()
    for byte in range(len(data)):
        flipped = bytearray(data)
        flipped[byte] ^= 1 << byte % 8
        with pytest.raises(DamagedCellError):
            decode(KEY, bytes(flipped), store.path(KEY))


def test_misplaced_foreign_and_missing_files_are_told_in_words(store):
    store.path(OTHER).parent.mkdir()
    os.replace(store.path(KEY), store.path(OTHER))
    with pytest.raises(DamagedCellError, match="another cell's file") as found:
        store.read(OTHER)
    assert "另一个单元的文件" in found.value.text("zh")
    with pytest.raises(DamagedCellError, match="no file that can be read"):
        store.read(KEY)
    store.path(KEY).write_bytes(b"PK\x03\x04 somebody's")
    with pytest.raises(DamagedCellError, match="no cell at all"):
        store.read(KEY)
    with pytest.raises(DamagedCellError):
        store.write(KEY, b"not a cell")


def test_damaged_files_are_kept_aside_and_none_is_lost(store, tmp_path):
    for content in (b"first", b"second"):
        store.path(KEY).write_bytes(content)
        store.put_aside(KEY)
    assert sorted(path.read_bytes() for path in (tmp_path / "damaged").iterdir()) == [b"first", b"second"]
    assert store.keys() == set()
    store.put_aside(KEY)


def test_a_failure_is_remembered_until_the_cell_is_there(store):
    error = CellError("ValueError", "no\nway", "Traceback", 2)
    store.write_error(OTHER, error)
    assert store.read_error(OTHER) == error and store.read_error(KEY) is None
    assert store.keys() == {KEY}
    store.write(OTHER, encode(OTHER, RECORDED))
    assert store.read_error(OTHER) is None


def test_a_full_disk_leaves_nothing_half_written_wherever_it_strikes(store, tmp_path, monkeypatch):
    data = encode(OTHER, RECORDED)
    write, fsync, replace = os.write, os.fsync, os.replace
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def refuse(*_):
        raise full

    def half(handle, content):
        if len(content) < len(data):
            raise full
        return write(handle, content[: len(data) // 2])

    for name, fault in (("write", refuse), ("write", half), ("fsync", refuse), ("replace", refuse), ("open", refuse)):
        with monkeypatch.context() as patch:
            patch.setattr(atomic.os, name, fault)
            with pytest.raises(NotWrittenError, match="could not be written: there is no room left on the disk"):
                store.write(OTHER, data)
        assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{KEY}{CELL}"]
    assert (os.write, os.fsync, os.replace) == (write, fsync, replace)
    store.write(OTHER, data)
    assert store.keys() == {KEY, OTHER}


def test_short_writes_are_continued(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(atomic.os, "write", lambda handle, content: write(handle, content[:7]))
    write_atomically(tmp_path / "file", b"0123456789" * 10)
    assert (tmp_path / "file").read_bytes() == b"0123456789" * 10


def test_what_a_killed_writer_left_is_cleared_and_half_a_line_of_timings_closed(store, tmp_path):
    part = store.path(KEY).with_name(f".{KEY}{CELL}.123.part")
    part.write_bytes(b"half")
    assert store.keys() == {KEY}
    assert store.clear_parts() == 1 and not part.exists()
    (tmp_path / "timings.jsonl").write_bytes(b'{"a":1}\n{"a"')
    append_line(tmp_path / "timings.jsonl", '{"a":2}')
    assert (tmp_path / "timings.jsonl").read_text().splitlines() == ['{"a":1}', '{"a"', '{"a":2}']


@pytest.mark.slow
def test_ten_thousand_cells_are_listed_at_once(tmp_path, capsys):
    store = CellStore(tmp_path)
    keys = {f"{number * 7919 * 2**230 % 2**256:064x}" for number in range(10_000)}
    for key in keys:
        store.path(key).parent.mkdir(parents=True, exist_ok=True)
        store.path(key).touch()
    start = time.perf_counter()
    found = store.keys()
    with capsys.disabled():
        print(f"\n10,000 cells listed in {time.perf_counter() - start:.3f} s")
    assert found == keys
