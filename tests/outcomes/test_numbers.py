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


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (0.0001, 0.0004, "0.01\u20130.04"),
        (0.0, 0.0004, "0.00\u20130.04"),
        (-0.0002, 0.0003, "\u22120.02 to +0.03"),
        (0.58201, 0.58204, "58.201\u201358.204"),
        (0.3, 0.3, "30.0\u201330.0"),  # it is a point
        (0.3, 0.3 + 1e-15, "30.0\u201330.0"),
    ],
)
def test_a_narrow_interval_shows_as_many_digits_as_tell_its_ends_apart(low, high, written):
    assert n.interval(low, high, "en") == written


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


RUPEES = n.Currency("INR", 11.7)


@pytest.mark.parametrize(
    ("yuan", "lang", "written"),
    [
        (143e6, "en", "INR 1.67 billion"),
        (1e5, "en", "INR 1.2 million"),
        (2_000, "en", "INR 23 thousand"),
        (10, "en", "INR 117"),
        (143e6, "zh", "16.73 亿 INR"),
        (1e4, "zh", "11.7 万 INR"),
        (10, "zh", "117 INR"),
        (float("nan"), "en", n.NO_VALUE),
    ],
)
def test_amounts_are_converted_into_the_regions_money(yuan, lang, written):
    assert n.money(yuan, lang, RUPEES) == written


def test_a_table_of_the_regions_money_has_one_unit():
    unit = n.money_unit(1e5, "en", RUPEES)  # 1.17 million rupees
    assert (unit.name("en"), unit.cell(1e5)) == ("million INR", "1.17")
    assert n.money_unit(1e4, "zh", RUPEES).name("zh") == "万 INR"
    assert n.money_unit(10, "en", RUPEES).name("en") == "INR"
    assert n.money_unit(143e6, "en").name("en") == "million yuan"


def test_a_run_that_does_not_name_its_money_is_in_yuan():
    import xarray as xr

    assert n.currency_of(xr.Dataset()) == n.CNY
    assert n.currency_of(xr.Dataset(attrs={"currency": "INR", "currency_per_yuan": 11.7})) == RUPEES
