"""Colours, type and layout every figure shares, and the traces figures may use offline."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from simulation.outcomes.numbers import is_chinese
from simulation.outcomes.result import Result
from simulation.outcomes.wording import say

# Darkened Okabe-Ito hues: each passes 4.5:1 as text on white except BASE, which is for lines only; told apart
# in grey and by colour-blind readers through dash, pattern and a direct label, never by colour alone.
BASE, BLUE, ORANGE, GREEN, PURPLE = "#7B8794", "#0072B2", "#B34700", "#00734F", "#8F3F71"
TEXT, QUIET, GRID, PAPER = "#1F2933", "#52606D", "#E4E7EB", "#FFFFFF"
BASE_TEXT = "#5A6673"  # BASE dark enough for letters
BAND_OPACITY = 0.18
SEQUENTIAL = "Cividis"
DIVERGING = [[0.0, "#8C510A"], [0.5, "#F7F7F7"], [1.0, "#01579B"]]  # brown loses, blue gains, white is no change
FONT = 'system-ui, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
FONT_SIZE, TITLE_SIZE, SMALL_SIZE = 14, 17, 13
LINE_HEIGHT = 1.35
ALLOWED_TRACES = ("scatter", "bar", "heatmap", "box", "histogram")  # others ask servers for maps or tiles
WIDTH = 960
LETTERS_PER_LINE = {"en": 92, "zh": 50}
LETTERS_PER_SMALL_LINE = {"en": 128, "zh": 66}
PERCENT_TICKS = dict(range=[0, 1], tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1.0], ticktext=["0", "20", "40", "60", "80", "100%"])


def lines_of(text: str, lang: str, small: bool = False) -> list[str]:
    """Break a sentence into lines that fit the figure's width."""
    key = "zh" if is_chinese(lang) else "en"
    limit = (LETTERS_PER_SMALL_LINE if small else LETTERS_PER_LINE)[key]
    if key == "en":
        return textwrap.wrap(text, limit) or [""]
    # Chinese breaks anywhere but before closing punctuation; Latin letters and digits are half as wide
    lines, line, width = [], "", 0.0
    for letter in text:
        step = 0.55 if letter.isascii() else 1.0
        if width + step > limit and letter not in ",。;:、)%!?":
            lines.append(line)
            line, width = "", 0.0
        line, width = line + letter, width + step
    return [*lines, line]


def figure(
    traces: Sequence[Any], finding: str, definition: str, result: Result, lang: str, height: int = 420, **layout: Any
) -> go.Figure:
    """Return a figure in the house style."""
    raise NotImplementedError
