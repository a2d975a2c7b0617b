"""The joined Dataset is labelled, and refuses arrays that contradict each other."""

import numpy as np
import pytest

from simulation.outcomes.catalogue import VARIABLES
from simulation.outcomes.dataset import build_dataset


def test_every_variable_carries_unit_and_labels_in_two_languages(recorder, labels):
    dataset = build_dataset([recorder(1), recorder(2)], labels(2))
    assert set(dataset.data_vars) == set(VARIABLES)
    for name, variable in VARIABLES.items():
        values = dataset[name]
        assert values.dims == ("replicate", *variable.dims)
        assert values.attrs["units"] and values.attrs["long_name"] != values.attrs["long_name_zh"]
        assert values.dtype == (np.int16 if "citizen" in variable.dims else np.float64)


def test_the_date_of_a_week_is_its_last_day(recorder, labels):
    dataset = build_dataset([recorder(1)], labels(1))
    # 6 January 2025 is a Monday; week 0 ends on Sunday the 12th, week 1 on the 19th
    assert dataset.date.values[:2].astype("datetime64[D]").tolist() == [
        np.datetime64("2025-01-12").item(),
        np.datetime64("2025-01-19").item(),
    ]
    assert str(dataset.quarter_date.values[0])[:10] == "2025-04-06"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("new_first_uses", "n_users = n_users a week before"),
        ("new_lapses", "n_users = n_users a week before"),
        ("initial_n_lapsed", "n_lapsed = n_lapsed a week before"),
        ("new_acceptances", "n_merchants_accepting = n_merchants_accepting a week before"),
        ("n_active_place", "active users of all places"),
        ("n_active", "active users of all places"),
        ("n_residents_place", "residents of all places"),
    ],
)
def test_one_resident_too_many_breaks_an_identity(recorder, labels, name, message):
    arrays = recorder(3)
    arrays[name].flat[0] += 1.0
    with pytest.raises(ValueError, match=message):
        build_dataset([arrays], labels(1))


def test_more_helped_than_seats_is_refused_with_the_week(recorder, labels):
    arrays = recorder(3)
    so_far = (arrays["n_seats"] - arrays["n_helps"])[:8, 1].sum()  # seats left over may be taken later
    arrays["n_helps"][7, 1] += so_far + 1
    with pytest.raises(ValueError, match=r"helps so far are at most the seats so far.*'week': 7, 'help': 'kiosk'"):
        build_dataset([arrays], labels(1))


def test_missing_and_unknown_variables_are_named(recorder, labels):
    arrays = recorder(3)
    del arrays["n_aware"]
    arrays["n_awake"] = np.zeros(3)
    with pytest.raises(ValueError, match=r"missing \['n_aware'\], not in the catalogue \['n_awake'\]"):
        build_dataset([arrays], labels(1))


def test_a_wrong_shape_is_named(recorder, labels):
    arrays = recorder(3)
    arrays["n_incidents"] = np.zeros(5)
    with pytest.raises(ValueError, match=r"n_incidents has shape \(5,\), expected \(26,\)"):
        build_dataset([arrays], labels(1))


def test_a_negative_or_missing_value_is_refused(recorder, labels):
    arrays = recorder(3)
    arrays["fraud_loss_yuan"][4] = np.nan
    with pytest.raises(ValueError, match="fraud_loss_yuan holds a negative or missing value"):
        build_dataset([arrays], labels(1))


def test_a_run_shorter_than_a_quarter_and_without_levers_is_a_dataset(recorder, labels):
    dataset = build_dataset([recorder(1, n_weeks=4)], labels(1))
    assert dataset.sizes["quarter"] == 0 and dataset.sizes["lever"] == 0
