"""Which jars make the embedded engine: coordinate, size and SHA-256 of each, as committed in `jars.lock`."""

from dataclasses import dataclass
from importlib.resources import files

NAME = "jars.lock"


@dataclass(frozen=True, slots=True)
class Jar:
    """One pinned jar."""

    sha256: str
    size: int
    group: str
    artifact: str
    version: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def path(self) -> str:
        """Where a Maven repository has it."""
        return "/".join([*self.group.split("."), self.artifact, self.version, self.file])


def parse(text: str) -> list[Jar]:
    """The jars of a lock, in class path order."""
    return [_jar(*line.split()) for line in text.splitlines()]


def line(jar: Jar) -> str:
    """The lock's line for `jar`."""
    return f"{jar.sha256} {jar.size} {jar.group}:{jar.artifact}:{jar.version}"


def locked() -> list[Jar]:
    """The jars of the lock that this package ships."""
    return parse(files(__package__).joinpath(NAME).read_text())


def _jar(sha256: str, size: str, coordinate: str) -> Jar:
    return Jar(sha256, int(size), *coordinate.split(":"))
