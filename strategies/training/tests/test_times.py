"""Times are read as ``gannet`` reads them."""

import numpy as np
import pytest

from gannet_train.refusal import Refusal
from gannet_train.times import parse, refuse_unsorted, rfc3339


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("1549706400", 1549706400_000000000),
        ("1549706400.25", 1549706400_250000000),
        ("1549706400000", 1549706400_000000000),
        ("1549706400000000", 1549706400_000000000),
        ("1549706400000000007", 1549706400_000000007),
        ("2019-02-09T10:00:00Z", 1549706400_000000000),
        ("2019-02-09 10:00:00.250", 1549706400_250000000),
        ("2019-02-09T10:00+00:00", 1549706400_000000000),
        ("2019-02-09", 1549670400_000000000),
    ],
)
def test_times_of_all_kinds(text, nanoseconds):
    assert parse(text) == nanoseconds


@pytest.mark.parametrize("text", ["", "yesterday", "2019-13-01", "-5", "1e9"])
def test_what_is_no_time(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse(text)


def test_a_time_is_written_in_utc():
    assert rfc3339(1549706400_999999999) == "2019-02-09T10:00:00Z"


def test_equal_times_are_allowed_where_asked():
    refuse_unsorted(np.array([1, 1, 2]), "x", ties=True)
    with pytest.raises(Refusal, match="row 2"):
        refuse_unsorted(np.array([1, 1, 2]), "x")
