"""The answer in a terminal: tables and the bar with the time left."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table as RichTable
from rich.text import Text

from simulation.outcomes.indicators import year_end_weeks
from simulation.outcomes.numbers import currency_of
from simulation.outcomes.result import Result
from simulation.outcomes.wording import say
from simulation.report import money, tables
from simulation.report.headline import headline
from simulation.report.html import WITH_INTERVAL
from simulation.report.target_table import target_table

WIDE = 132  # columns that three years with intervals side by side need
NOT_A_TERMINAL = 140  # width of what is piped into a file
Tick = Callable[[int, int], None]


def console(to_stderr: bool = False) -> Console:
    """Return a console for standard output or standard error."""
    here = Console(stderr=to_stderr, highlight=False)
    return here if here.is_terminal else Console(stderr=to_stderr, highlight=False, width=NOT_A_TERMINAL)


def print_answer(
    out: Console, programme: Result, baseline: Result | None, lang: str, reference: Result | None = None
) -> None:
    """Print the headline, coverage by year, targets, spending and what one more user costs."""
    if programme.scenario.survey.illustrative:
        out.print(Text(say("plot.illustrative", lang), style="bold yellow"))
        out.print()
    for sentence in headline(programme, baseline, lang, reference):
        out.print(Text(sentence, style="bold"))
    out.print()
    weeks = year_end_weeks(programme.dataset)
    for part in [weeks] if out.width >= WIDE or len(weeks) == 1 else [[w] for w in weeks]:
        print_table(out, tables.coverage_table(programme, baseline, lang, part))
    if programme.scenario.targets:
        print_table(out, target_table(programme, baseline, lang, reference))
    if programme.scenario.levers:
        if currency := money.currency_sentence(programme, lang):
            out.print(Text(currency))
        print_table(out, money.spending_table(programme, lang))
        if baseline:
            shown_in = currency_of(programme.dataset)
            out.print(Text(money.cost_sentence(money.cost_of(programme, baseline), lang, shown_in)))
            if coupons := money.coupon_sentence(programme, baseline, lang):
                out.print(Text(coupons))
            out.print()


def print_findings(words: Sequence[str], shown: Sequence[tables.Table], illustrative: bool, lang: str) -> None:
    """Print what an analysis found: sentences, whether the baseline is made up, then tables."""
    out = console()
    for sentence in words:
        out.print(Text(sentence, style="bold"))
    if illustrative:
        out.print(Text(say("plot.illustrative", lang), style="bold yellow"))
    out.print()
    for table in shown:
        print_table(out, table)


def print_table(out: Console, content: tables.Table, names_first: bool = False) -> None:
    """Print a table; an interval stands below its value.

    Parameters
    ----------
    names_first : bool
        Whether the first column holds names to be typed again, for which the others make room.
    """
    table = RichTable(
        title=content.caption,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for k, name in enumerate(content.columns):
        is_whole = names_first and k == 0
        justify: JustifyMethod = "left" if k == 0 else "right"
        table.add_column(name, justify=justify, overflow="fold", vertical="top", no_wrap=is_whole)
    for row in content.rows:
        table.add_row(*(_cell(cell) for cell in row))
    out.print(table)
    if content.note:
        out.print(Text(content.note, style="dim"))
    out.print()


def _cell(text: str) -> Text:
    found = WITH_INTERVAL.fullmatch(text)
    if not found:
        return Text(text)
    value, between, mark = found.groups()
    return Text(value + (mark or "")) + Text("\n" + between, style="dim")


@contextmanager
def progress_bars(lang: str, quiet: bool) -> Iterator[tuple[Tick | None, Tick | None]]:
    """Show bars on standard error while a run goes on.

    Yields
    ------
    (weeks, rounds)
        Callbacks of (done, total) for the weeks simulated and for the rounds of the constants' solution; None
        where nothing shall be shown.
    """
    if quiet:
        yield None, None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(say("cli.progress.left", lang)),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(to_stderr=True), transient=True) as bars:
        solving = bars.add_task(say("cli.progress.solving", lang), total=None, visible=False)
        weeks = bars.add_task(say("cli.progress.weeks", lang), total=None)

        def show(task: "int") -> Tick:
            def tick(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total, visible=True)  # type: ignore[arg-type]
                if done >= total and task == solving:
                    bars.update(solving, visible=False)

            return tick

        yield show(weeks), show(solving)
