"""Programs of others that the gateway is compared with where they are installed."""

import shutil

from benchmarks import report


def installed(name: str) -> str | None:
    """Where the program is; None, which is told beside the table, where it is absent."""
    path = shutil.which(name)
    if path is None:
        report.said(f"{name} is absent: it is not on the PATH, and has no figures in this run")
    return path
