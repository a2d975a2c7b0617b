"""`epay results`: what is in a folder of results, two of them side by side, and what may be thrown away."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulation.cli.commands import RESULTS
from simulation.cli.parts import Refused
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.outcomes.leftovers import Leftover
    from simulation.outcomes.results_folders import ResultsFolder

COLUMNS = ("folder", "kind", "title", "written", "size_of_run", "digest", "size", "state")
WHERE_WIDE = ("size_of_run", "digest", "size")  # columns that a narrow terminal has no room for
DIGEST_SHOWN = 12
KILO, UNITS = 1000, ("B", "kB", "MB", "GB", "TB")
CERTAIN = {"missing", "size", "content"}  # damage that leaves no doubt about what in the folder belongs to it


def list_results(folder: Path | None, lang: str) -> None:
    """Print every results folder below one."""
    from simulation.outcomes.results_folders import find_results
    from simulation.report.tables import Table
    from simulation.report.terminal import WIDE, console, print_table

    root = _root(folder)
    found = find_results(root)
    if not found:
        click.echo(render(Message("results.none", {"folder": str(root)}), lang))
        return
    out = console()
    columns = [c for c in COLUMNS if out.width >= WIDE or c not in WHERE_WIDE]
    content = Table(
        render(Message("results.caption", {"folder": str(root), "n": len(found)}), lang),
        tuple(render(Message(f"results.column.{c}"), lang) for c in columns),
        tuple(tuple(cells[c] for c in columns) for cells in (_cells(result, root, lang) for result in found)),
        render(Message("results.note"), lang),
    )
    print_table(out, content, names_first=True)


def _root(folder: Path | None) -> Path:
    root = folder or Path(RESULTS)
    if not root.is_dir():
        raise Refused(Message("results.no_folder", {"folder": str(root)}))
    return root


def _cells(result: "ResultsFolder", root: Path, lang: str) -> dict[str, str]:
    """Return what is told of a results folder, by column."""
    titles = [title.get(lang) or title.get("en") or title.get("zh") or "" for title in result.titles]
    separator = render(Message("results.against"), lang)
    sizes = [result.citizens, result.replicates, result.weeks]
    return {
        "folder": result.path.relative_to(root).as_posix() if result.path != root else root.as_posix(),
        "kind": kind_words(result.kind, lang),
        "title": separator.join(title for title in titles if title),
        "written": result.written_at[: len("2025-01-06T09:00")].replace("T", " "),
        "size_of_run": " × ".join(f"{n:,}" if n is not None else "?" for n in sizes) if any(sizes) else "",
        "digest": str(result.digest)[:DIGEST_SHOWN],
        "size": bytes_in_words(result.size),
        "state": render(_state(result), lang),
    }


def kind_words(kind: str, lang: str) -> str:
    """Return what a folder is; a damaged manifest may say anything, which is told as it is."""
    from simulation.outcomes.results_folders import KINDS

    return render(Message(f"results.kind.{kind or 'unknown'}"), lang) if kind in (*KINDS, "") else kind


def _state(result: "ResultsFolder") -> Message:
    params = {"n": len(result.findings), "done": result.cells_done, "all": result.cells}
    return Message(f"results.state.{result.state}", params)


def bytes_in_words(size: float) -> str:
    """Return a size with a unit, such as 12.4 MB."""
    power = 0
    while size >= KILO and power < len(UNITS) - 1:
        size, power = size / KILO, power + 1
    return f"{size:.1f} {UNITS[power]}" if power else f"{size:.0f} {UNITS[0]}"


def compare_results(one: Path, other: Path, lang: str) -> None:
    """Print what differs between two results: settings, versions, outcomes, digests."""
    from rich.text import Text

    from simulation.report import results_comparison as comparison
    from simulation.report.terminal import console, print_table

    a, b = (_judged(path) for path in (one, other))
    out = console()
    for letter, path in (("A", one), ("B", other)):
        out.print(Text(f"{letter}  {path}"))
    out.print()
    out.print(Text(comparison.digest_sentence(a, b, lang), style="bold"))
    out.print()
    for what, table in (
        ("settings", comparison.settings_table(a, b, lang)),
        ("versions", comparison.versions_table(a, b, lang)),
    ):
        if table:
            print_table(out, table)
        else:
            out.print(Text(render(Message(f"results.compare.same_{what}"), lang)))
    out.print()
    print_table(out, comparison.outcomes_table(a, b, lang))


def _judged(folder: Path) -> Any:
    """Return the run a folder is about, or refuse the folder in words."""
    from simulation.outcomes.damage import why_unreadable
    from simulation.report.results_comparison import judged_run

    if not folder.is_dir():
        raise Refused(Message("verify.folder.missing", {"folder": str(folder)}))
    try:
        found = judged_run(folder)
    except Exception as error:  # damaged files fail in any way
        params = {"folder": str(folder), "reason": why_unreadable(error)}
        raise Refused(Message("results.damaged", params)) from None
    if found is None:
        raise Refused(Message("results.no_run", {"folder": str(folder)}))
    return found


def clean_results(folder: Path | None, damaged: bool, yes: bool, lang: str) -> None:
    """List leftovers of killed runs and damaged results, and remove what is asked for."""
    from simulation.outcomes.leftovers import find_leftovers
    from simulation.outcomes.results_folders import find_results

    root = _root(folder)
    leftovers = find_leftovers(root)
    broken = [found for found in find_results(root, contents=True) if found.state == "damaged"]
    for leftover in leftovers:
        click.echo(render(_of_leftover(leftover), lang))
    for result in broken:
        click.echo(render(_of_damaged(result, damaged), lang))
        for finding in result.findings:
            click.echo(f"    {render(finding.message, lang)}")
    doomed = [(leftover.path, leftover.size) for leftover in leftovers if leftover.standing == "removable"]
    doomed += [(result.path, result.size) for result in broken if damaged and _is_certain(result)]
    if not (leftovers or broken):
        click.echo(render(Message("results.clean.nothing", {"folder": str(root)}), lang))
    elif not doomed:
        click.echo(render(Message("results.clean.none_removed"), lang))
    else:
        total = {"n": len(doomed), "size": bytes_in_words(sum(size for _, size in doomed))}
        if not (yes or _agreed(Message("results.clean.ask", total), lang)):
            click.echo(render(Message("results.clean.kept"), lang))
            return
        for path, _ in doomed:
            shutil.rmtree(path)
        click.echo(render(Message("results.clean.removed", total), lang))


def _of_leftover(leftover: "Leftover") -> Message:
    params = {"path": str(leftover.path), "size": bytes_in_words(leftover.size), "target": str(leftover.target)}
    return Message(f"results.leftover.{leftover.standing}", {**params, "result": str(leftover.result)})


def _of_damaged(result: "ResultsFolder", is_asked: bool) -> Message:
    if result.cells:
        return Message("results.broken.report", {"path": str(result.path)})
    code = "certain" if _is_certain(result) else "uncertain"
    if code == "certain" and not is_asked:
        code = "certain_kept"
    return Message(f"results.broken.{code}", {"path": str(result.path), "size": bytes_in_words(result.size)})


def _is_certain(result: "ResultsFolder") -> bool:
    """Return whether everything in a damaged folder is known to belong to it, and can go with it."""
    return not result.cells and {finding.what for finding in result.findings} <= CERTAIN


def _agreed(question: Message, lang: str) -> bool:
    """Ask, and return whether the answer is yes; nobody there means no."""
    click.echo(render(question, lang) + " ", nl=False)
    try:
        answer = input()
    except EOFError:
        click.echo()
        return False
    return answer.strip().lower() in render(Message("results.clean.yes_words"), lang).split()
