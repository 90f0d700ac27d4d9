"""Parts of the report's page: cards, tables and lists of facts."""

from collections.abc import Sequence
from html import escape


def section(title: str, note: str, body: str, *, wide: bool = False) -> str:
    """Return a card with a title and a note under it."""
    kind = ' class="wide"' if wide else ""
    return (
        f'<section{kind}><h2>{escape(title)}</h2><p class="soft">{escape(note)}</p>{body}</section>'
    )


def table(header: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a table; a row's first part is ``good``, ``bad`` or empty."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(
        f'<tr class="{mood}">'
        + "".join(
            f"<td{' class=verdictcell' if at == len(row) - 1 else ''}>{escape(cell)}</td>"
            for at, cell in enumerate(row)
        )
        + "</tr>"
        for mood, row in rows
    )
    return f'<div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


def facts(told: dict[str, str]) -> str:
    """Return what is told by name."""
    items = "".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in told.items())
    return f"<dl>{items}</dl>"
