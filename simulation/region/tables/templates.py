"""Write a small complete set of tables to start from, with a README made of the specs that the checks use."""

from pathlib import Path

from simulation.messages import Message, language, render
from simulation.region.tables.cells import allowed_range
from simulation.region.tables.columns import TABLES, Column, Form, Table
from simulation.region.tables.reading import MOST_MEGABYTES, MOST_ROWS, REGION_FILE
from simulation.region.tables.region_file import KEYS, fallback

EXAMPLE = Path(__file__).parent / "example"  # every number in it is invented
README = "README.md"


def write_templates(folder: Path | str, lang: str = "en") -> list[Path]:
    """Write example tables of an invented region into a new folder, and a README that says what stands in them.

    Parameters
    ----------
    folder : path
        Made where it is not there.
    lang : str
        Language of the README: "en" or "zh".

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileExistsError
        If the folder holds something already, or a file has its name.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(str(folder))
    written = []
    for source in sorted(EXAMPLE.iterdir()):
        target = folder / source.name
        target.write_bytes(source.read_bytes())
        written.append(target)
    readme = folder / README
    readme.write_text(readme_text(lang), encoding="utf-8")
    return [*written, readme]


def readme_text(lang: str) -> str:
    """Return the README of the example in Markdown: every table, column, rule and fallback."""
    lang = language(lang)
    parts = [
        f"# {_word('tables.readme.title', lang)}",
        _word("tables.readme.invented", lang),
        render(Message("tables.readme.format", {"megabytes": MOST_MEGABYTES, "rows": MOST_ROWS}), lang),
        *(_table_text(table, lang) for table in TABLES),
        f"## {REGION_FILE}",
        *_about("region", Message("tables.rule.region", {"keys": KEYS}), fallback(), lang),
    ]
    return "\n\n".join(parts) + "\n"


def _about(name: str, rule: Message, without: Message | None, lang: str) -> list[str]:
    need = _word("tables.readme.optional" if without else "tables.readme.required", lang)
    lines = [f"*{need}* {_word(f'tables.about.{name}', lang)}"]
    lines.append(render(Message("tables.readme.rule", {"rule": rule}), lang))
    if without:
        lines.append(render(Message("tables.readme.without", {"fallback": without}), lang))
    return lines


def _table_text(table: Table, lang: str) -> str:
    without = None if table.required else Message(f"tables.fallback.{table.name}")
    heads = [_word(f"tables.readme.{head}", lang) for head in ("column", "form", "meaning", "example")]
    rows = [
        _line(heads),
        _line(["---"] * len(heads)),
        *(_line(_column_cells(column, lang)) for column in table.columns),
    ]
    about = _about(table.name, Message(f"tables.rule.{table.name}"), without, lang)
    return "\n\n".join((f"## {table.file}", *about, "\n".join(rows)))


def _column_cells(column: Column, lang: str) -> list[str]:
    need = _word("tables.readme.required" if column.required else "tables.readme.optional", lang)
    meaning = _word(column.meaning_code, lang)
    if column.aliases:
        meaning += render(Message("tables.readme.also", {"names": column.aliases}), lang)
    return [f"`{column.name}` ({need})", render(form(column), lang), meaning, column.example]


def form(column: Column) -> Message:
    """Return the words for what may stand in a column."""
    params: dict[str, object] = {}
    if column.form in (Form.WHOLE, Form.NUMBER, Form.DEGREES, Form.PERCENT):
        params["allowed"] = allowed_range(column)
    if column.form is Form.CHOICE:
        params["known"] = column.choices
    words = Message(f"tables.form.{column.form.value}", params)
    if column.all_allowed:
        return Message("tables.form.all_allowed", {"form": words})
    return Message("tables.form.may_be_empty", {"form": words}) if column.may_be_empty else words


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _word(code: str, lang: str) -> str:
    return render(Message(code), lang)
