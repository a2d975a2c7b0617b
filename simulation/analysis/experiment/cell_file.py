"""The bytes of a cell: a header that proves what follows, then all arrays as one compressed block.

A file is two lines and a block. The first line is JSON: format, key, digest of the content, digest and size of the
block. The second is the digest of the first, so that no bit of the file can change unseen. The block is the content
compressed; the content is one line of JSON (names, types and shapes of the arrays, expansion factor, rules that acted)
and the arrays' bytes, little-endian, in the order of their names. The same cell has the same bytes on every machine
whose zlib is the same; the digest of the content is the same everywhere.
"""

import hashlib
import json
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from simulation.analysis.experiment.errors import DamagedCellError
from simulation.analysis.experiment.keys import canonical
from simulation.engine.shared_past import Recorded
from simulation.outcomes.monitoring import Firing

FORMAT = 1
# Of 50,000 citizens, 156 weeks and 27 levers 2.87 MB become 502, 471 and 429 kB in 14, 18 and 36 ms at levels 1, 3
# and 6; bytes shuffled by significance become more, 830 kB at level 3, because most values are whole numbers.
LEVEL = 3


def encode(key: str, recorded: Recorded) -> bytes:
    """Return the bytes of a cell's file."""
    names = sorted(recorded.arrays)
    arrays = [_little_endian(recorded.arrays[name]) for name in names]
    index = {
        "arrays": [[name, a.dtype.str, list(a.shape)] for name, a in zip(names, arrays, strict=True)],
        "expansion_factor": recorded.expansion_factor,
        "firings": [asdict(firing) for firing in recorded.firings],
    }
    content = b"\n".join([canonical(index).encode(), b"".join(a.tobytes() for a in arrays)])
    block = zlib.compress(content, LEVEL)
    header = {"content": _digest(content), "format": FORMAT, "key": key, "payload": _digest(block), "size": len(block)}
    line = canonical(header).encode()
    return b"\n".join([line, _digest(line).encode(), block])


def check(key: str, data: bytes, path: Path) -> str:
    """Return the digest of a cell's content, after everything but the content itself was verified.

    Parameters
    ----------
    path : Path
        Where it was read, for words.

    Raises
    ------
    DamagedCellError
        If the bytes are not that cell.
    """
    return _opened(key, data, path)[0]


def decode(key: str, data: bytes, path: Path) -> Recorded:
    """Return the cell of a file's bytes.

    Raises
    ------
    DamagedCellError
        If the bytes are not that cell.
    """
    digest, block = _opened(key, data, path)
    try:
        content = zlib.decompress(block)
    except zlib.error as error:
        raise DamagedCellError(path, "content") from error
    if _digest(content) != digest:
        raise DamagedCellError(path, "content")
    line, _, values = content.partition(b"\n")
    index = json.loads(line)
    arrays = {}
    start = 0
    for name, dtype, shape in index["arrays"]:
        array = np.frombuffer(values, np.dtype(dtype), int(np.prod(shape, dtype=np.int64)), start).reshape(shape)
        start += array.nbytes
        arrays[name] = array.astype(array.dtype.newbyteorder("="))  # a copy that can be written to
    return Recorded(arrays, index["expansion_factor"], tuple(Firing(**firing) for firing in index["firings"]))


def _opened(key: str, data: bytes, path: Path) -> tuple[str, bytes]:
    """Return the digest of the content, and the block, of bytes whose header and block are whole."""
    line, _, rest = data.partition(b"\n")
    proof, _, block = rest.partition(b"\n")
    if not line.startswith(b"{"):
        raise DamagedCellError(path, "foreign")
    if _digest(line).encode() != proof:
        raise DamagedCellError(path, "header")
    header: dict[str, Any] = json.loads(line)
    if header.get("format") != FORMAT:
        raise DamagedCellError(path, "format")
    if header["key"] != key:
        raise DamagedCellError(path, "misplaced")
    if len(block) != header["size"]:
        raise DamagedCellError(path, "size")
    if _digest(block) != header["payload"]:
        raise DamagedCellError(path, "payload")
    return header["content"], block


def _little_endian(array: Any) -> Any:
    values = np.ascontiguousarray(array)
    return values.astype(values.dtype.newbyteorder("<"), copy=False).reshape(np.shape(array))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
