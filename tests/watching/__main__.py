"""A Prometheus reads the alerts and scrapes a gateway, and every question of the alerts and the dashboard is answered.

It is the one on the PATH, or Debian's, whose package is unpacked, once, into a folder of the environment.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import orjson

from gateway.engine.ports import free
from tests.cluster import running_opensearch
from tests.watching.expressions import ALERTS, JOB, Expression, expressions, measured
from tests.watching.live import used

HOME = Path(sys.prefix) / "prometheus"
PATIENCE = 120


def main() -> None:
    """Raises CalledProcessError for rules that cannot be read; ends with 1 where a question has no answer."""
    path = program("promtool")
    subprocess.run([path, "check", "rules", ALERTS], check=True)
    with (
        running_opensearch() as engine,
        used(engine, f"watching-{secrets.token_hex(6)}") as gateway,
        tempfile.TemporaryDirectory() as folder,
        prometheus(Path(folder), gateway) as url,
    ):
        silent = unanswered(url, expressions())
    for each in silent:
        print(f"no answer: {each.where}: {each.text}")
    print(f"{len(expressions()) - len(silent)} of {len(expressions())} questions are answered")
    sys.exit(1 if silent else 0)


def program(name: str) -> str:
    """Where it is; Debian's is brought if there is none."""
    here = os.pathsep.join([os.environ["PATH"], str(HOME / "usr" / "bin")])
    if shutil.which(name, path=here) is None:
        HOME.mkdir(exist_ok=True)
        subprocess.run(["apt-get", "download", "--quiet", "prometheus"], cwd=HOME, check=True)
        subprocess.run(["dpkg", "--extract", next(HOME.glob("*.deb")), HOME], check=True)
    found = shutil.which(name, path=here)
    assert found, f"no {name}"
    return found


@contextmanager
def prometheus(folder: Path, gateway: str) -> Iterator[str]:
    """The address of one that scrapes the gateway each second, until the block ends."""
    target = urlsplit(gateway).netloc
    scrape = {"job_name": JOB, "scrape_interval": "1s", "static_configs": [{"targets": [target]}]}
    settings = folder / "prometheus.json"
    settings.write_bytes(orjson.dumps({"rule_files": [str(ALERTS)], "scrape_configs": [scrape]}))
    address = f"127.0.0.1:{free(range(20000, 30000), 1)[0]}"
    options = [f"--config.file={settings}", f"--storage.tsdb.path={folder}/data", f"--web.listen-address={address}"]
    with subprocess.Popen([program("prometheus"), *options, "--log.level=warn"]) as running:
        try:
            yield f"http://{address}"
        finally:
            running.terminate()


def unanswered(url: str, questions: list[Expression]) -> list[Expression]:
    """Those that have no answer in time."""
    end = time.monotonic() + PATIENCE
    while (left := [each for each in questions if not answered(url, each)]) and time.monotonic() < end:
        questions = left
        time.sleep(1)
    return left


def answered(url: str, question: Expression) -> bool:
    """Whether it has an answer by now."""
    try:
        answer = httpx2.get(f"{url}/api/v1/query", params={"query": measured(question.text)}, timeout=60)
    except httpx2.TransportError:
        return False
    return answer.status_code == 200 and bool(answer.json()["data"]["result"])


if __name__ == "__main__":
    main()
