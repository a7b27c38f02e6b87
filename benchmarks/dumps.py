"""Everything in an index, read by the tools that one would otherwise take."""

import asyncio
from functools import partial
from time import perf_counter

from benchmarks.bench import Bench
from benchmarks.figures import Measured, Turn
from benchmarks.programs import installed
from benchmarks.walk import scanned, whole

_PAGE = 5000
_PIECE = 2**20


def dumps(bench: Bench) -> dict[str, Turn]:
    """The tools by the names that figures give them; elasticdump where it is installed."""
    tools: dict[str, Turn] = {"helpers.scan of opensearch-py": partial(scanned, bench, _PAGE)}
    if program := installed("elasticdump"):
        tools["elasticdump"] = partial(_elasticdump, bench, program)
    return tools


async def _elasticdump(bench: Bench, program: str, _round: int) -> Measured:
    """Rows a second of the lines that it writes, the start of its process included."""
    source = f"--input={bench.engine}/{bench.index}"
    words = (source, "--output=$", "--type=data", f"--limit={_PAGE}", "--quiet")
    started = perf_counter()
    process = await asyncio.create_subprocess_exec(program, *words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    rows = 0
    while piece := await process.stdout.read(_PIECE):
        rows += piece.count(b"\n")
    assert await process.wait() == 0, "elasticdump failed"
    return whole(bench, rows, started)
