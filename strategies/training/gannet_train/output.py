"""A folder that is there whole or not at all."""

import shutil
import tempfile
from pathlib import Path

from gannet_train.refusal import Refusal


def refuse_existing(folder: Path, *, replace: bool) -> None:
    """Refuse, before any work is done, a folder that cannot or must not be written."""
    if folder.exists() and not replace:
        raise Refusal(f"{folder} exists: take another --output, or --replace")
    if folder.exists() and not (folder / "manifest.toml").is_file():
        raise Refusal(f"{folder} is no model's folder, so --replace leaves it alone")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"cannot write {folder}: {error.strerror}") from error


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write files to a new folder beside, then rename it; an old one goes last."""
    parent = folder.absolute().parent
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=parent))
    try:
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        fresh.chmod(0o755)
        if folder.exists():
            old = fresh.with_name(fresh.name + ".old")
            folder.rename(old)
            fresh.rename(folder)
            shutil.rmtree(old)
        else:
            fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
