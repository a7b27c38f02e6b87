"""What Log360 adds: fields that it alone knows, its own words, its scopes, and the zone of its times."""

from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from gateway.incidents.session import Session
from queries import fields
from queries.extensions import Extension
from queries.fields import rows

EXTENSION = Extension(
    "log360",
    (
        *rows("keyword", "ext.log360.actors.entity", "ext.log360.actors.suspect", many=True, read_only=True),
        *rows("keyword", "ext.log360.severity", "ext.log360.name_key", read_only=True),
        fields.Field("ext.log360.status", "keyword", read_only=True, raw_of="status"),
    ),
)

SCOPE_WORDS = {
    f"{subject}.{action}": scope
    for subject in ("incident", "incidents")
    for action, scope in (("read", "read"), ("create", "write"), ("update", "write"), ("delete", "delete"))
}
"""Its scopes, such as `incident.READ`, as ours."""


class Settings(BaseModel):
    """What can be set of it."""

    log360_zone: ZoneInfo = Field(ZoneInfo("UTC"), description="time zone of Log360's times that name none")


def zone(session: Session) -> ZoneInfo:
    """The zone of times that name none."""
    settings = session.ctx.settings
    assert isinstance(settings, Settings), "the settings are those of every dialect"
    return settings.log360_zone
