"""Times in files: UTC as ISO 8601 writes it, or counted from 1970, as ``gannet`` reads them."""

from datetime import UTC, datetime

import numpy as np

from gannet_train.refusal import Refusal

SECOND_NS = 1_000_000_000

# Below which count it counts what, in ns; beyond, nanoseconds.
UNITS_NS = ((10**11, SECOND_NS), (10**14, 1_000_000), (10**17, 1_000))


def parse(text: str) -> int:
    """Return a time in nanoseconds of UTC since 1970.

    A count is told apart by its size: seconds, milliseconds, microseconds, nanoseconds.
    Raises ``ValueError`` if the text is no time.
    """
    whole, _, fraction = text.partition(".")
    if whole.isdigit() and (fraction == "" or fraction.isdigit()):
        count = int(whole)
        unit = next((unit for end, unit in UNITS_NS if count < end), 1)
        return count * unit + int(int(fraction or 0) * unit // 10 ** len(fraction))
    moment = datetime.fromisoformat(text.replace(" UTC", "Z"))
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * SECOND_NS + since.microseconds * 1_000


def rfc3339(time_ns: int) -> str:
    """Return a time as RFC 3339 writes it, in UTC, with whole seconds (rounded down)."""
    moment = datetime.fromtimestamp(int(time_ns) // SECOND_NS, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def refuse_unsorted(times: np.ndarray, place: str, *, ties: bool = False) -> None:
    """Refuse times (ns) that do not rise from row to row; ``ties`` allows equal neighbours."""
    steps = np.diff(times)
    wrong = np.flatnonzero(steps < 0 if ties else steps <= 0)
    if wrong.size:
        row = int(wrong[0]) + 1
        raise Refusal(
            f"{place}: times do not rise at row {row + 1} "
            f"({rfc3339(times[row])} after {rfc3339(times[row - 1])})"
        )
