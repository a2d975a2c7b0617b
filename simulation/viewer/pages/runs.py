"""Runs: every results folder with its state, how experiments stand, where a run comes from, and its files."""

import shlex
from difflib import get_close_matches
from html import escape
from pathlib import Path

from simulation.outcomes import numbers
from simulation.outcomes.results_folders import KINDS, ResultsFolder
from simulation.report import html, method
from simulation.viewer.asked import Asked
from simulation.viewer.pages.overview import when
from simulation.viewer.pages.pieces import message, section
from simulation.viewer.paths import DATA

GOOD, GOING, BAD = ("whole", "finished"), ("unfinished", "unlisted", "added"), ("damaged", "unreadable")
SIGN = {
    **dict.fromkeys(GOOD, ("met", "✓")),
    **dict.fromkeys(GOING, ("open", "…")),
    **dict.fromkeys(BAD, ("missed", "✗")),
}
MOST_FINDINGS, MOST_FILES = 8, 200
KILO, UNITS = 1000, ("B", "kB", "MB", "GB", "TB")
COLUMNS = ("folder", "kind", "title", "written", "size_of_run", "digest", "size", "state")
DIGEST_SHOWN = 12


def runs(asked: Asked) -> str:
    """Return the catalogue, experiments, damage, provenance and downloads."""
    if asked.offline:
        return _provenance(asked)
    folders = asked.room.folders()
    if not folders:
        return nothing_here(asked)
    parts = [section(asked.say("viewer.runs.catalogue"), _catalogue(asked, folders))]
    if experiments := [one for one in folders if one.cells_done < one.cells]:
        parts.insert(0, section(asked.say("viewer.runs.experiments"), progress(asked, experiments), "experiments"))
    if damaged := [one for one in folders if one.state in BAD or (one.findings and one.state != "unlisted")]:
        parts.append(section(asked.say("viewer.runs.damage"), "".join(_damage(asked, one) for one in damaged)))
    wanted = asked.first("files", asked.run)
    if any(asked.room.name_of(one) == wanted for one in folders):
        words = asked.room.words_of(wanted)
        parts.append(section(asked.say("viewer.runs.files", run=words), _files(asked, wanted), "files"))
    if asked.runs:
        parts.append(_provenance(asked))
    return "".join(parts)


def nothing_here(asked: Asked) -> str:
    """Return which folder was asked for, whether it is there, and the command that writes a run into it."""
    root = asked.room.root
    command = f"epay demo --out {shlex.quote(str(root / 'demo'))}"
    if root.is_dir():
        told = [asked.say("viewer.empty.text", folder=str(root))]
        return message(asked.say("viewer.empty.title"), told, "empty", command)
    told = [asked.say("viewer.nowhere.text", folder=str(root))]
    if similar := _similar(root):
        told.append(asked.say("viewer.nowhere.similar", folders=similar))
    told.append(asked.say("viewer.nowhere.do"))
    return message(asked.say("viewer.nowhere.title"), told, "missing", command)


def _similar(root: Path) -> list[str]:
    """Return folders beside one that is not there whose names may have been meant."""
    try:
        beside = [path.name for path in root.parent.iterdir() if path.is_dir()]
    except OSError:
        return []
    return get_close_matches(root.name, beside)


def _provenance(asked: Asked) -> str:
    """Return code, settings, seeds and digests of the runs looked at."""
    assert asked.runs is not None
    results = {asked.say(f"plot.role.{role}"): result for role, result in asked.runs.by_role().items()}
    table = html.table(method.provenance_table(results, asked.lang), "text")
    return section(asked.say("viewer.runs.provenance", run=asked.room.words_of(asked.run)), table)


def _catalogue(asked: Asked, folders: list[ResultsFolder]) -> str:
    heads = "".join(f'<th scope="col">{escape(asked.say(f"results.column.{c}"))}</th>' for c in COLUMNS)
    caption = escape(asked.say("viewer.runs.caption", n=len(folders)))
    rows = "".join(_row(asked, one) for one in folders)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="text catalogue">'
        f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        + html.paragraph(asked.say("results.note"), "note")
    )


def _row(asked: Asked, one: ResultsFolder) -> str:
    name = asked.room.name_of(one)
    is_run = bool(asked.room.folders_of_runs(name))
    address = asked.link("overview", run=name) if is_run else asked.link("runs", files=name) + "#files"
    shown = f'<a href="{escape(address)}">{escape(asked.room.words_of(name))}</a>'
    order = (asked.lang, "en", "zh")
    titles = [next((t for lang in order if (t := title.get(lang))), "") for title in one.titles]
    sizes = [one.citizens, one.replicates, one.weeks]
    cells = (
        escape(kind_words(asked, one.kind)),
        escape(asked.say("results.against").join(title for title in titles if title)),
        escape(when(asked, one.written_at, "viewer.runs.when")) if one.written_at else "",
        escape(" × ".join(numbers.decimal(n, 0) if n is not None else "?" for n in sizes) if any(sizes) else ""),
        f"<code>{escape(str(one.digest)[:DIGEST_SHOWN])}</code>" if one.digest else "",
        escape(size_words(one.size)),
        state_words(asked, one),
    )
    return f'<tr><th scope="row">{shown}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def kind_words(asked: Asked, kind: str) -> str:
    """Return what a folder is; a damaged manifest may say anything, which is told as it is."""
    return asked.say(f"results.kind.{kind or 'unknown'}") if kind in (*KINDS, "") else kind


def state_words(asked: Asked, one: ResultsFolder) -> str:
    """Return a folder's state as a sign and words."""
    css, sign = SIGN.get(one.state, ("unknown", "?"))
    words = asked.say(f"results.state.{one.state}", n=len(one.findings), done=one.cells_done, all=one.cells)
    return f'<span class="status {css}"><span aria-hidden="true" class="sign">{sign}</span> {escape(words)}</span>'


def size_words(size: float) -> str:
    """Return a size with a unit, such as 12.4 MB."""
    power = 0
    while size >= KILO and power < len(UNITS) - 1:
        size, power = size / KILO, power + 1
    return f"{size:.1f} {UNITS[power]}" if power else f"{size:.0f} {UNITS[0]}"


def progress(asked: Asked, experiments: list[ResultsFolder]) -> str:
    """Return how far every experiment is; a script asks for it again while one is not finished."""
    parts = []
    for one in experiments:
        name = asked.room.name_of(one)
        words = escape(progress_words(asked, one))
        meter = f'<progress max="{one.cells}" value="{one.cells_done}" aria-label="{words}">{words}</progress>'
        parts.append(
            f'<li data-experiment="{escape(name)}" data-finished="{str(one.cells_done == one.cells).lower()}">'
            f"<b>{escape(name)}</b> {state_words(asked, one)}{meter}<p>{words}</p></li>"
        )
    note = html.paragraph(asked.say("viewer.runs.progress_note"), "note")
    return f'<ul class="experiments" data-progress="{escape(asked.link("progress"))}">{"".join(parts)}</ul>{note}'


def progress_words(asked: Asked, one: ResultsFolder) -> str:
    """Return how far an experiment is, and what to do where it stands still."""
    share = numbers.percent(one.cells_done / one.cells, 0)
    code = "none" if not one.cells_done else "finished" if one.cells_done == one.cells else "some"
    return asked.say(f"viewer.runs.progress_{code}", done=one.cells_done, all=one.cells, share=share)


def _damage(asked: Asked, one: ResultsFolder) -> str:
    name = asked.room.name_of(one)
    told = "".join(
        f"<li>{escape(asked.say(found.message.code, **found.message.params))}</li>"
        for found in one.findings[:MOST_FINDINGS]
    )
    if len(one.findings) > MOST_FINDINGS:
        told += f"<li>{escape(asked.say('viewer.runs.more_findings', n=len(one.findings) - MOST_FINDINGS))}</li>"
    what = f"<ul>{told}</ul>" if told else ""
    kind = "damaged" if one.state in BAD else "added"
    text = escape(asked.say(f"viewer.runs.{kind}_do"))
    command = f'<pre tabindex="0"><code>epay verify {escape(name)}</code></pre>' if kind == "damaged" else ""
    return f'<div class="message {kind}"><h3>{escape(name)}</h3>{what}<p>{text}</p>{command}</div>'


def _files(asked: Asked, name: str) -> str:
    """Return the files of a folder that may be downloaded; the cells of an experiment are for programs."""
    root = asked.room.root
    folder = root / name
    found = sorted(path for path in folder.rglob("*") if _is_file(path))
    rows = "".join(
        f'<tr><th scope="row"><a href="{escape(asked.file(path.relative_to(root).as_posix()))}" download>'
        f"{escape(path.relative_to(folder).as_posix())}</a></th><td>{escape(_about(asked, path))}</td>"
        f"<td>{escape(size_words(path.stat().st_size))}</td></tr>"
        for path in found[:MOST_FILES]
    )
    caption = escape(asked.say("viewer.runs.files_caption"))
    heads = "".join(f'<th scope="col">{escape(asked.say(f"viewer.file.{c}"))}</th>' for c in ("name", "what", "size"))
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="text">'
        f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.suffix in DATA and not path.name.startswith(".")


def _about(asked: Asked, path: Path) -> str:
    """Return what a file is, by its ending."""
    return asked.say(f"viewer.file.of.{path.suffix.removeprefix('.')}")
