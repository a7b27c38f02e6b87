"""What `_im` takes where an incident is written."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

Json = dict[str, Any]

_NAME = r"^(_meta|[A-Za-z][A-Za-z0-9_-]{0,127})$"
Title = Annotated[str, Field(pattern=r"\S")]


def with_meta(schema: Json, kind: str) -> None:
    """Adds what a document that is sent may say of itself."""
    told = {"id": {"type": "string"}, "type": {"const": kind}, "version": {"type": "string"}}
    schema["properties"]["_meta"] = {"type": "object", "properties": told, "additionalProperties": False}


def _document(schema: Json) -> None:
    with_meta(schema, "incident")
    schema["propertyNames"] = {"pattern": _NAME}


class Document(BaseModel):
    """An incident: `_meta`, typed fields, and any custom field."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_document)

    title: Title | None = None


class NewDocument(Document):
    """A new incident."""

    title: Title = Field(description="every document has one")


class Documents(RootModel[list[Document] | Document]):
    """Several of them, or one."""
