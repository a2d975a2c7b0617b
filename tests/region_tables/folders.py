"""Copies of the invented district in which one thing is changed."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from simulation.region.tables import RegionTablesError, read_region_tables

DISTRICT = Path(__file__).parent / "district"


class Folder:
    """A copy of the district, or an empty folder, with ways to change single files."""

    def __init__(self, path: Path, source: Path | None = DISTRICT) -> None:
        self.path = path / "region"
        if source:
            shutil.copytree(source, self.path)
        else:
            self.path.mkdir()

    def write(self, file: str, content: str | bytes) -> None:
        (self.path / file).write_bytes(content if isinstance(content, bytes) else content.encode())

    def text(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")

    def replace(self, file: str, old: str, new: str) -> None:
        assert old in self.text(file)
        self.write(file, self.text(file).replace(old, new, 1))

    def line(self, file: str, number: int, new: str) -> None:
        lines = self.text(file).splitlines()
        lines[number - 1] = new
        self.write(file, "\n".join(lines) + "\n")

    def cell(self, file: str, line: int, column: str, new: str) -> None:
        rows = list(csv.reader(io.StringIO(self.text(file))))
        rows[line - 1][rows[0].index(column)] = new
        self.write(file, written(rows))

    def add(self, file: str, *lines: str) -> None:
        self.write(file, self.text(file) + "".join(f"{line}\n" for line in lines))

    def drop(self, file: str, column: str) -> None:
        rows = list(csv.reader(io.StringIO(self.text(file))))
        place = rows[0].index(column)
        self.write(file, written([[cell for k, cell in enumerate(row) if k != place] for row in rows]))

    def remove(self, file: str) -> None:
        (self.path / file).unlink()

    def read(self):
        return read_region_tables(self.path)

    def refusal(self, lang: str = "en") -> str:
        with pytest.raises(RegionTablesError) as caught:
            self.read()
        return caught.value.text(lang)

    def notes(self, lang: str = "en") -> str:
        from simulation.messages import render

        return "\n".join(render(note, lang) for note in self.read().notes)


def written(rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def says(text: str, pattern: str) -> bool:
    return any(re.search(pattern, line) for line in text.splitlines())
