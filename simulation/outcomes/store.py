"""Folders that appear whole or not at all, and the digest of a Dataset."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xarray as xr

from simulation.outcomes.provenance import DISTRIBUTION

PART, OLD = ".part", ".old"  # ends of the names of temporary folders: what is being written, what is being replaced
WHOLE, REPLACED = "whole", "replaced"  # what stands in them
WRITER_FILE = "writer.json"  # who made them


@contextmanager
def atomic_folder(target: Path | str, marker: str) -> Iterator[Path]:
    """Give a new folder beside `target` to write into, and rename it to `target` when all went well.

    On any error, Ctrl-C included, the new folder is removed and whatever stood at `target` is untouched.

    Parameters
    ----------
    target : path
        Folder to make.
    marker : str
        A file every such folder holds. An older folder that holds it, or an empty one, is replaced as a whole.

    Raises
    ------
    FileExistsError
        If something else stands at `target`, which must not be lost.
    """
    target = Path(target).absolute()
    if not may_replace(target, marker):
        raise FileExistsError(f"{target} exists and is not an older result; give another folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    # beside the target, because a rename is atomic only within one file system
    part = _temporary(target, PART)
    try:
        fresh = part / WHOLE
        fresh.mkdir()
        yield fresh
        if target.exists():
            _exchange(fresh, target)
        else:
            os.replace(fresh, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _exchange(fresh: Path, target: Path) -> None:
    """Put a new folder in an older one's place; on any error the older one is put back, or kept where it is."""
    old = _temporary(target, OLD)
    try:
        os.replace(target, old / REPLACED)
        os.replace(fresh, target)
    except BaseException:
        if (old / REPLACED).exists() and not target.exists():
            os.replace(old / REPLACED, target)
        shutil.rmtree(old)
        raise
    shutil.rmtree(old)


def _temporary(target: Path, suffix: str) -> Path:
    """Make a folder beside `target`, named after it, that says who writes in it."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=suffix, dir=target.parent))
    writer = {"program": DISTRIBUTION, "host": platform.node(), "process": os.getpid()}
    try:
        (folder / WRITER_FILE).write_text(json.dumps(writer), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def may_replace(target: Path, marker: str) -> bool:
    """Return whether nothing, an empty folder or an older result (which holds `marker`) stands at `target`."""
    if not target.exists():
        return True
    return target.is_dir() and ((target / marker).is_file() or not any(target.iterdir()))


def dataset_digest(dataset: xr.Dataset) -> str:
    """Return sha256 over the sorted variables' names, dims, dtypes, shapes and bytes.

    It depends on the numbers alone, not on how or when a file was written: coordinates and attributes
    are left out, byte order and memory layout are made equal.

    Parameters
    ----------
    dataset : xarray.Dataset
        A run.
    """
    digest = hashlib.sha256()
    for name in sorted(str(n) for n in dataset.data_vars):
        variable = dataset[name]
        values = np.ascontiguousarray(variable.values)
        values = values.astype(values.dtype.newbyteorder("<"), copy=False)
        digest.update(f"{name}|{','.join(map(str, variable.dims))}|{values.dtype.str}|{values.shape}|".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


def write_dataset(dataset: xr.Dataset, path: Path) -> None:
    """Write a Dataset as compressed netCDF 4."""
    encoding = {str(n): {"zlib": True, "complevel": 1} for n in dataset.data_vars if dataset[n].size}
    dataset.to_netcdf(path, engine="h5netcdf", encoding=encoding)


def read_dataset(path: Path) -> xr.Dataset:
    """Read a whole Dataset into memory and close the file."""
    with xr.open_dataset(path, engine="h5netcdf") as file:
        return file.load()
