"""How many rows are enough to tell anything: of trades there are fewer than of bars."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Least:
    """How little is enough, to be trained on at all and in the parts of a fold."""

    rows: int
    fit: int
    early: int
    held_out_times: int  # that early stopping and calibration get each, however short the span
    every_part_has_all: bool  # classes; else only what is fitted and what is tested


BARS = Least(rows=500, fit=30, early=30, held_out_times=0, every_part_has_all=True)

# A desk that turns over twice a day has its hundred trades after ten weeks. What so few can teach
# is little, and it is the comparison that says so, not a wall before it.
TRADES = Least(rows=60, fit=15, early=8, held_out_times=10, every_part_has_all=False)


def least_for(kind: str) -> Least:
    """Return what labels of a kind need."""
    return TRADES if kind == "outcome" else BARS
