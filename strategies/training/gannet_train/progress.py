"""The progress bar: one step a fit, on stderr, silent if that is no terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm


class Progress:
    """Counts the steps of a run."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        """Begin with no step done; ``quiet`` shows nothing."""
        self._bar = tqdm(total=total, disable=True if quiet else None, unit="step", leave=False)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show what is being done, and count it when it is done."""
        self._bar.set_description(what)
        yield
        self._bar.update()

    def close(self) -> None:
        """Clear the line."""
        self._bar.close()
