"""Numbers as people read them, in both languages."""

from datetime import date

import numpy as np
import pytest

from simulation.outcomes import numbers as n


@pytest.mark.parametrize(
    ("value", "lang", "expected"),
    [
        (950, "en", "950 yuan"),
        (23_400, "en", "23 thousand yuan"),
        (1_234_567, "en", "1.2 million yuan"),
        (2.5e9, "en", "2.50 billion yuan"),
        (9_500, "zh", "9,500 元"),
        (1_234_567, "zh", "123.5 万元"),
        (143_400_000, "zh", "1.43 亿元"),
        (float("nan"), "en", "\u2014"),
    ],
)
def test_money_carries_its_currency(value, lang, expected):
    assert n.money(value, lang) == expected


def test_negative_numbers_have_a_true_minus_and_zero_has_no_sign():
    assert n.decimal(-3.25, 1) == "\u22123.2"
    assert n.decimal(3.25, 1, signed=True) == "+3.2"
    assert n.decimal(-0.01, 1, signed=True) == "0.0"


def test_intervals_with_a_negative_end_are_not_joined_by_a_dash():
    assert n.interval(0.701, 0.712, "en") == "70.1\u201371.2"
    assert n.interval(-0.01, 0.02, "en") == "\u22121.0 to +2.0"
    assert n.interval(-0.01, 0.02, "zh") == "\u22121.0 至 +2.0"
    assert n.interval(float("nan"), 1.0, "en") == ""


def test_percent_points_and_days():
    assert n.percent(0.546) == "54.6%"
    assert n.points(0.052, "en") == "+5.2 points"
    assert n.points(-0.052, "zh") == "\u22125.2 个百分点"
    assert n.day(date(2028, 12, 31), "en") == "31 Dec 2028"
    assert n.day(np.datetime64("2028-12-31T00:00:00"), "zh") == "2028 年 12 月 31 日"


def test_large_tables_are_written_in_one_unit():
    assert n.money_unit(143e6, "en").cell(1_760_000) == "1.76"
    assert n.money_unit(143e6, "zh").cell(1_760_000) == "176.0"
    assert n.money_unit(900, "en").cell(850) == "850"
