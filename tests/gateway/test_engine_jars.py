import hashlib
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from gateway.engine import EngineError, downloads, installation, lock, prepare

pytestmark = pytest.mark.outside

CONTENT = b"a jar"
JAR = lock.Jar(hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "org.example.tool", "tool", "1.2")
LOCKED = lock.locked()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a Maven repository that the user's settings name as the mirror."""
    folder = tmp_path / "repository"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder))
    settings = tmp_path / "jgo.conf"
    settings.write_text(f"[repositories]\ncentral = http://127.0.0.1:{server.server_port}\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(settings))
    with server:
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield folder
        server.shutdown()
        serving.join()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def publish(repository: Path, content: bytes) -> None:
    path = repository / JAR.path
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def test_a_missing_jar_is_brought_from_the_mirror_of_the_users_settings(repository: Path, cache: Path) -> None:
    publish(repository, CONTENT)
    told: list[tuple[str, int, int]] = []
    downloads.bring([JAR], cache, lambda *progress: told.append(progress))
    assert told == [("tool-1.2.jar", 5, 5)]
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == {"tool-1.2.jar": CONTENT}


def test_a_download_that_is_not_the_locked_jar_is_refused_and_not_kept(repository: Path, cache: Path) -> None:
    publish(repository, b"another jar")
    found = hashlib.sha256(b"another jar").hexdigest()
    with pytest.raises(EngineError, match=f"tool-1.2.jar is not the locked jar: .* {found}, not {JAR.sha256}"):
        downloads.bring([JAR], cache, installation.silent)
    assert list(cache.iterdir()) == []


def test_a_jar_that_no_repository_has_is_named(repository: Path, cache: Path) -> None:
    with pytest.raises(EngineError, match=r"^could not download tool-1.2.jar: 404 .*/org/example/tool/tool/1.2/"):
        downloads.bring([JAR], cache, installation.silent)


def test_a_cached_jar_with_another_checksum_is_refused(cache: Path) -> None:
    prepare()
    for jar in LOCKED:
        (cache / jar.file).symlink_to(installation.cache_directory() / jar.file)
    changed = cache / LOCKED[-1].file
    changed.unlink()
    changed.write_bytes(CONTENT)
    with pytest.raises(EngineError) as refusal:
        prepare(cache=cache)
    expected = f"{changed} is not the locked jar: its sha256 is {JAR.sha256}, not {LOCKED[-1].sha256}"
    assert str(refusal.value) == expected


def test_the_lock_is_read_as_it_is_written() -> None:
    assert lock.parse("".join(lock.line(jar) + "\n" for jar in [JAR, *LOCKED])) == [JAR, *LOCKED]


def test_no_two_locked_jars_share_a_file_and_each_has_a_checksum() -> None:
    assert len({jar.file for jar in LOCKED}) == len(LOCKED)
    assert [jar for jar in LOCKED if not re.fullmatch("[0-9a-f]{64}", jar.sha256)] == []
