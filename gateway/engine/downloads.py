"""Brings the locked jars to the cache; a jar is in the cache whole and verified, or not at all."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from gateway.engine.errors import EngineError
from gateway.engine.lock import Jar

AT_ONCE = 8
TIMEOUT = 60
RETRIES = Retry(3, backoff_factor=0.5, status_forcelist=(429, 502, 503, 504))


def bring(jars: Sequence[Jar], cache: Path, progress: Callable[[str, int, int], None]) -> None:
    """Every jar is in `cache`; for each that came, `progress` is told its name, the bytes there and wanted."""
    missing = [jar for jar in jars if not (cache / jar.file).exists()]
    wanted = sum(jar.size for jar in jars)
    there = wanted - sum(jar.size for jar in missing)
    with ExitStack() as stack:
        session = stack.enter_context(_session())
        staging = Path(stack.enter_context(TemporaryDirectory(dir=cache, prefix=".staging-")))
        pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        # After one failure, or an interrupt, the rest is not worth waiting for.
        stack.callback(pool.shutdown, cancel_futures=True)
        for done in as_completed([pool.submit(_bring, jar, session, staging, cache) for jar in missing]):
            there += done.result().size
            progress(done.result().file, there, wanted)


def require_locked(jar: Jar, path: Path) -> None:
    """Refuses, as `EngineError`, a file that is not the locked jar."""
    with path.open("rb") as content:
        result = hashlib.file_digest(content, "sha256").hexdigest()
    if result != jar.sha256:
        raise EngineError(f"{path} is not the locked jar: its sha256 is {result}, not {jar.sha256}")


def repositories() -> dict[str, str]:
    """Maven repositories by name: the default one of jgo, and those, or the mirror, of the user's jgo settings."""
    return {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}


def _session() -> requests.Session:
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=RETRIES))
    return session


def _bring(jar: Jar, session: requests.Session, staging: Path, cache: Path) -> Jar:
    path = staging / jar.file
    path.write_bytes(_content(jar, session))
    require_locked(jar, path)
    os.replace(path, cache / jar.file)
    return jar


def _content(jar: Jar, session: requests.Session) -> bytes:
    """The jar as the first repository that has it gives it."""
    failures = []
    for address in repositories().values():
        try:
            reply = session.get(f"{address}/{jar.path}", timeout=TIMEOUT)
            reply.raise_for_status()
            return reply.content
        except requests.RequestException as error:
            failures.append(str(error))
    raise EngineError(f"could not download {jar.file}: {'; '.join(failures)}")
