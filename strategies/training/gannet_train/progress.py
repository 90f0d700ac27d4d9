"""Progress: one step a fit, on stderr, as a bar on a terminal or as lines for another program."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm


class Progress:
    """Counts the steps of a run."""

    def __init__(self, total: int, how: str) -> None:
        """Begin with no step done; ``how`` is ``bar``, ``lines`` or ``none``."""
        self._bar = tqdm(
            total=total, disable=None if how == "bar" else True, unit="step", leave=False
        )
        self._lines = how == "lines"
        self._total, self._done = total, 0

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show what is being done, and count it when it is done."""
        self._bar.set_description(what)
        if self._lines:
            print(f"{self._done + 1}/{self._total} {what}", file=sys.stderr, flush=True)
        yield
        self._done += 1
        self._bar.update()

    def close(self) -> None:
        """Clear the line."""
        self._bar.close()
