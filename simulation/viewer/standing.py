"""What a page says where it cannot be made: no run, one that is damaged, or one too large to open unasked."""

from html import escape

from simulation.outcomes.results_folders import ResultsFolder
from simulation.viewer.asked import Asked
from simulation.viewer.layout import Shown
from simulation.viewer.pages.pieces import message
from simulation.viewer.pages.runs import nothing_here, progress, size_words


def nothing_to_show(asked: Asked, state: str, size: int = 0, reason: str = "") -> Shown:
    """Return a page that says what is known and what to do.

    Parameters
    ----------
    state : {"empty", "missing", "damaged", "large"}
        Why there is nothing.
    size : int
        Bytes of a run that is large.
    reason : str
        Why a damaged one cannot be read, as the program says it.
    """
    name = asked.say(f"viewer.page.{asked.page}")
    experiments = [one for one in asked.room.folders() if one.cells]
    if state == "empty" and experiments:
        return Shown(name, _going(asked, experiments), "going")
    if state == "empty":
        return Shown(name, nothing_here(asked), state, asked.run)
    told = [asked.say(f"viewer.{state}.text", run=asked.room.words_of(asked.run), size=size_words(size))]
    command = f"epay verify {asked.room.words_of(asked.run)}" if state == "damaged" else ""
    main = message(asked.say(f"viewer.{state}.title"), told, state, command)
    if reason:
        main += f"<details><summary>{asked.say('viewer.damaged.reason')}</summary>{_code(reason)}</details>"
    if state == "large":
        main += f'<p><a class="button" href="{escape(asked.link(asked.page, large="yes"))}">'
        main += f"{asked.say('viewer.large.open')}</a></p>"
    if state in ("missing", "damaged"):
        main += f'<p><a href="{escape(asked.link("runs"))}">{asked.say("viewer.overview.more")}</a></p>'
    return Shown(name, main, state, asked.run)


def not_whole(asked: Asked, folders: list[ResultsFolder]) -> str:
    """Return a warning that the folder of a run that can be read is not as it was written; empty where it is."""
    found = next((one for one in folders if asked.room.name_of(one) == asked.run), None)
    if found is None or found.state not in ("damaged", "unreadable"):
        return ""
    link = f'<a href="{escape(asked.link("runs"))}">{escape(asked.say("viewer.overview.more"))}</a>'
    return f'<p class="label" role="note">{escape(asked.say("viewer.not_whole"))} {link}</p>'


def one_run(asked: Asked) -> str:
    """Return a note that one replicate has no interval; empty where there are more."""
    if asked.runs is None or asked.runs.programme.dataset.sizes["replicate"] > 1:
        return ""
    return f'<p class="label" role="note" data-one-run>{escape(asked.say("viewer.one_run"))}</p>'


def _going(asked: Asked, experiments: list[ResultsFolder]) -> str:
    """Return how far experiments are, where there is no finished run yet."""
    is_none_done = not any(one.cells_done for one in experiments)
    code = "viewer.going.none" if is_none_done else "viewer.going.some"
    return message(asked.say("viewer.going.title"), [asked.say(code)], "running") + progress(asked, experiments)


def _code(text: str) -> str:
    return f'<pre tabindex="0"><code lang="en">{escape(text)}</code></pre>'
