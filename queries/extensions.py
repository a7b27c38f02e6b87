"""What one API adds to the documents that all of them share."""

from dataclasses import dataclass

from queries.fields import Field


@dataclass(frozen=True, slots=True)
class Extension:
    """The fields that an API keeps under `ext.<name>`, on incidents and on alerts.

    Of alerts they are free, unless `alert_fields` says what each is. One extension may be where
    alerting keeps its marks: what alerts make of an incident, and where it was merged into. The version rises with
    every change of what is declared here.
    """

    name: str
    fields: tuple[Field, ...] = ()
    alert_fields: tuple[Field, ...] | None = None
    keeps_alerting: bool = False
    version: int = 1
