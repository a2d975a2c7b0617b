"""What a process of a what-if does with memory."""

import ctypes
import os

import pytest

from simulation.analysis.what_if.worker import (
    KEPT_BYTES,
    M_MMAP_THRESHOLD,
    M_TRIM_THRESHOLD,
    huge_pages_asked_for,
    keep_freed_memory,
)


def test_freed_memory_is_kept_up_to_a_gibibyte(monkeypatch):
    told = []

    class Library:
        @staticmethod
        def mallopt(option, value):
            told.append((option, value))

    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library)
    keep_freed_memory()
    assert told == [(M_TRIM_THRESHOLD, KEPT_BYTES), (M_MMAP_THRESHOLD, KEPT_BYTES)]
    assert KEPT_BYTES == 2**30


@pytest.mark.parametrize("error", [OSError, TypeError])
def test_a_system_without_a_library_to_tell_is_left_as_it_is(monkeypatch, error):
    def refuse(name):
        raise error(name)

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    keep_freed_memory()


def test_a_library_that_cannot_be_told_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    keep_freed_memory()


@pytest.mark.parametrize(
    ("before", "within"),
    [(None, "glibc.malloc.hugetlb=1"), ("glibc.malloc.arena_max=1", "glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1")],
)
def test_huge_pages_are_asked_for_while_processes_start_and_no_longer(monkeypatch, before, within):
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    if before:
        monkeypatch.setenv("GLIBC_TUNABLES", before)
    with huge_pages_asked_for():
        assert os.environ["GLIBC_TUNABLES"] == within
    assert os.environ.get("GLIBC_TUNABLES") == before
