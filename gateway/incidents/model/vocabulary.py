"""The configured words: severity levels, and workflows whose statuses map to a state."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from gateway.problems import place
from gateway.sentences import sentence
from gateway.settings import Settings, SettingsError
from queries.errors import QueryError

State = Literal["open", "in_progress", "closed"]

DEFAULT_WORKFLOW = "default"

_SHIPPED: Mapping[str, Mapping[str, State]] = {
    DEFAULT_WORKFLOW: {
        "new": "open",
        "in_progress": "in_progress",
        "on_hold": "in_progress",
        "resolved": "closed",
        "false_positive": "closed",
        "closed": "closed",
    }
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Severities, most severe first, and statuses by workflow, initial one first."""

    severities: tuple[str, ...]
    workflows: Mapping[str, Mapping[str, State]]

    def rank(self, severity: str | None) -> int:
        """The severity as a number that sorts, most severe highest, none 0. Raises QueryError for an unknown one."""
        if severity is None:
            return 0
        if severity not in self.severities:
            raise QueryError(f'no severity "{severity}"; there are {", ".join(self.severities)}', "severity")
        return len(self.severities) - self.severities.index(severity)

    def initial(self, workflow: str) -> str:
        """The status that an incident of the workflow starts in. Raises QueryError for an unknown workflow."""
        return next(iter(self._statuses(workflow)))

    def status_for(self, workflow: str, state: State) -> str:
        """The status that a dialect which knows only states writes: `closed` to close, else the state's first one.

        Raises QueryError for a workflow without such a status.
        """
        statuses = self._statuses(workflow)
        if statuses.get(state) == state:
            return state
        result = next((status for status, meaning in statuses.items() if meaning == state), None)
        if result is None:
            raise QueryError(f'workflow "{workflow}" has no status that is {state}', "status")
        return result

    def state(self, workflow: str, status: str) -> State:
        """What a status means. Raises QueryError for one that the workflow lacks."""
        statuses = self._statuses(workflow)
        if status not in statuses:
            known = ", ".join(statuses)
            raise QueryError(f'workflow "{workflow}" has no status "{status}"; it has {known}', "status")
        return statuses[status]

    def require_possible(self, workflow: str | None, status: str | None) -> None:
        """Raises QueryError for a status that the workflow lacks, or every workflow where none is named."""
        if workflow is not None:
            self.state(workflow, status or self.initial(workflow))
        elif status is not None and all(status not in statuses for statuses in self.workflows.values()):
            raise QueryError(f'no workflow has a status "{status}"', "status")

    def _statuses(self, workflow: str) -> Mapping[str, State]:
        if workflow not in self.workflows:
            raise QueryError(f'no workflow "{workflow}"; there are {", ".join(self.workflows)}', "workflow_id")
        return self.workflows[workflow]


def vocabulary(settings: Settings) -> Vocabulary:
    """The words that the settings name. Raises SettingsError for a workflows file that cannot be."""
    workflows = _read(settings.workflows) if settings.workflows else _SHIPPED
    return Vocabulary(settings.severities, workflows)


def _read(path: Path) -> Mapping[str, Mapping[str, State]]:
    try:
        workflows = TypeAdapter(dict[str, dict[str, State]]).validate_json(path.read_bytes())
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = place(first["loc"])
        raise _wrong(path, f"{where}: {sentence(first)}" if where else sentence(first)) from None
    if not workflows.get(DEFAULT_WORKFLOW) or not all(workflows.values()):
        raise _wrong(path, f'needs a workflow "{DEFAULT_WORKFLOW}", and each a status')
    return workflows


def _wrong(path: Path, reason: str) -> SettingsError:
    return SettingsError(f"setting WORKFLOWS: {path}: {reason}")
