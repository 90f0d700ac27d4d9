"""Feature files: what ``gannet features --output X.parquet`` writes.

The file's metadata holds the schema, a text with a line for each feature, and its BLAKE3 hash.
A model is bound to that hash, so a file that does not prove what it holds is refused.

# Invariants
- ``values`` is finite or NaN, and NaN means "not there" (a null in the file), never a computation.
- Times rise strictly, or weakly in a file of samples.
"""

from dataclasses import dataclass
from pathlib import Path

import blake3
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gannet_train.refusal import Refusal
from gannet_train.times import refuse_unsorted, rfc3339

SCHEMA_KEY = b"gannet.schema"
HASH_KEY = b"gannet.schema_hash"


@dataclass(frozen=True)
class FeatureFile:
    """A table of features, one row a bar or a trade."""

    path: Path
    names: tuple[str, ...]
    times: np.ndarray  # int64 [rows], ns of UTC: when the bar began
    values: np.ndarray  # float32 [rows, features], NaN where absent
    schema: str
    schema_hash: str
    file_hash: str
    table: pa.Table  # as read: samples have more columns than features


def read(path: Path, *, ties: bool = False) -> FeatureFile:
    """Read a feature file; ``ties`` allows rows of the same time.

    Raises ``Refusal`` if it is no such file or holds what cannot be trained on.
    """
    try:
        body = path.read_bytes()
        table = pq.read_table(pa.BufferReader(body))
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise Refusal(f"cannot read {path} as Parquet: {reason}") from error
    schema, schema_hash = _schema(path, table)
    names = feature_names(schema)
    absent = [name for name in ("time", *names) if name not in table.column_names]
    if absent:
        raise Refusal(f'{path}: column "{absent[0]}" of the schema is missing')
    if table.num_rows == 0:
        raise Refusal(f"{path} has no rows")
    times = _times(path, table)
    refuse_unsorted(times, str(path), ties=ties)
    columns = [_column(path, table, name, times) for name in names]
    return FeatureFile(
        path=path,
        names=names,
        times=times,
        values=np.column_stack(columns),
        schema=schema,
        schema_hash=schema_hash,
        file_hash=blake3.blake3(body).hexdigest(),
        table=table,
    )


def feature_names(schema: str) -> tuple[str, ...]:
    """Return the features' names in order: the first field of every line but the first."""
    return tuple(line.split("\t")[0] for line in schema.splitlines()[1:] if line)


def refuse_difference(found: str, expected: str, place: str) -> None:
    """Refuse a schema that is not the expected one, by the first feature that differs."""
    if found == expected:
        return
    ours, theirs = found.splitlines(), expected.splitlines()
    for mine, wanted in zip(ours, theirs, strict=False):
        if mine != wanted:
            raise Refusal(f'{place}: the schema has "{_line(mine)}" where "{_line(wanted)}" is due')
    longer = ours if len(ours) > len(theirs) else theirs
    extra = _line(longer[min(len(ours), len(theirs))])
    verb = "has also" if longer is ours else "lacks"
    raise Refusal(f'{place}: the schema {verb} "{extra}"')


def _line(line: str) -> str:
    return line.replace("\t", " ")


def _schema(path: Path, table: pa.Table) -> tuple[str, str]:
    metadata = table.schema.metadata or {}
    if SCHEMA_KEY not in metadata or HASH_KEY not in metadata:
        raise Refusal(
            f"{path} does not say which features it holds: "
            "write it with `gannet features --output X.parquet`"
        )
    schema, claimed = metadata[SCHEMA_KEY].decode(), metadata[HASH_KEY].decode()
    computed = blake3.blake3(schema.encode()).hexdigest()
    if claimed != computed:
        raise Refusal(
            f"{path}: the schema hash is {claimed[:12]}…, but its schema hashes to {computed[:12]}…"
        )
    beside = path.with_name(path.name + ".schema")
    if beside.is_file():
        refuse_difference(schema, beside.read_text(), f"{path} against {beside.name}")
    return schema, claimed


def _times(path: Path, table: pa.Table) -> np.ndarray:
    column = table["time"].combine_chunks()
    if column.null_count:
        raise Refusal(f"{path}: a time is missing")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ns", tz=column.type.tz)).cast(pa.int64())
    if not pa.types.is_int64(column.type):
        raise Refusal(f'{path}: column "time" holds {column.type}, not times')
    return column.to_numpy()


def _column(path: Path, table: pa.Table, name: str, times: np.ndarray) -> np.ndarray:
    column = table[name].combine_chunks()
    try:
        doubles = column.cast(pa.float64())
    except pa.ArrowException as error:
        raise Refusal(f'{path}: column "{name}" holds {column.type}, not numbers') from error
    absent = pc.is_null(doubles).to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore"):
        values = doubles.to_numpy(zero_copy_only=False).astype(np.float32)
    wrong = np.flatnonzero(~absent & ~np.isfinite(values))
    if wrong.size:
        row = int(wrong[0])
        raise Refusal(
            f'{path}: column "{name}" is {values[row]} at {rfc3339(times[row])}; '
            "leave a value out that is not there"
        )
    return np.where(absent, np.float32(np.nan), values)
