"""What BigPanda takes in the bodies of actions, tags and definitions, and in the queries of lists beside incidents.

An unknown key of a body is refused, an unknown parameter of a query ignored.
"""

from collections import Counter
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    WithJsonSchema,
    model_validator,
)
from pydantic.config import JsonDict

from gateway.dialects.bigpanda.requests import Moment, PageNumber, PageSize
from gateway.models import Closed, short

MOST_SOURCES = 100
MOST_ALERTS = 500
MOST_VALUES = 100
LONGEST_VALUE = 8000

PRIORITY = "Priority"
TagType = Literal["Text", "MultiValue", "Priority", "ClosedListValuesMulti", "ClosedListValuesSingle"]
CONFIGURED = {
    PRIORITY: "ordered_list",
    "ClosedListValuesMulti": "incident_tag_values",
    "ClosedListValuesSingle": "incident_tag_values",
}
"""What the configuration of a type of tag must have."""

_AUTOMATIC = ("enrichment_config", "canManualInput")

Model = TypeVar("Model", bound=BaseModel)


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("more than white space is wanted here")
    return text


def _different(texts: list[str]) -> list[str]:
    if len(set(texts)) < len(texts):
        twice, _ = Counter(texts).most_common(1)[0]
        raise ValueError(f'"{twice[:128]}" is named twice')
    return texts


def _text_or_texts(value: Any) -> Any:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in texts):
        raise ValueError("a text or a list of texts is wanted here")
    if not 1 <= len(texts) <= MOST_VALUES:
        raise ValueError(f"1 to {MOST_VALUES} values are wanted here")
    if not all(each.strip() and len(each) <= LONGEST_VALUE for each in texts):
        raise ValueError(f"a value has 1 to {LONGEST_VALUE:,} characters, not all of them white space")
    _different(list(map(short, texts)))
    return value


def _joined(value: Any) -> Any:
    """A list of texts as one, a line each; one without any is none."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return value
    return "\n".join(value) if value else None


def _lines(longest: int) -> WithJsonSchema:
    text: JsonDict = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"}
    return WithJsonSchema({"anyOf": [text, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]})


_SAID: JsonDict = {"pattern": r"\S"}
_DIFFERENT: JsonDict = {"uniqueItems": True}
_TEXT: JsonDict = {"type": "string", "minLength": 1, "maxLength": LONGEST_VALUE, "pattern": r"\S"}
_TEXTS: JsonDict = {"type": "array", "minItems": 1, "maxItems": MOST_VALUES, "uniqueItems": True, "items": _TEXT}
Text = Annotated[str, Field(min_length=1, max_length=100_000, json_schema_extra=_SAID), AfterValidator(_said)]
ShortText = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_said)]
Id = Annotated[str, Field(min_length=1, max_length=128)]
SourceIds = Annotated[
    list[Id],
    Field(min_length=1, max_length=MOST_SOURCES, fail_fast=True, json_schema_extra=_DIFFERENT),
    AfterValidator(_different),
]
AlertIds = Annotated[
    list[Id],
    Field(min_length=1, max_length=MOST_ALERTS, fail_fast=True, json_schema_extra=_DIFFERENT),
    AfterValidator(_different),
]
AppKey = Annotated[str, Field(max_length=512, json_schema_extra=_SAID), AfterValidator(_said)]
Words = Annotated[
    list[Annotated[str, Field(max_length=128, json_schema_extra=_SAID), AfterValidator(_said)]],
    Field(min_length=1, max_length=200, fail_fast=True, json_schema_extra=_DIFFERENT),
    AfterValidator(_different),
]
Value = Annotated[
    str | Annotated[list[str], Field(max_length=MOST_VALUES, fail_fast=True)],
    BeforeValidator(_text_or_texts),
    WithJsonSchema({"anyOf": [_TEXT, _TEXTS]}),
]


class Strict(Closed):
    """A body whose unknown keys are refused."""

    model_config = ConfigDict(frozen=True, strict=True)


class Assignment(Strict):
    """Who is to see the incident through."""

    assignee: Annotated[
        str, Field(max_length=256, json_schema_extra=_SAID, description="a user's id"), AfterValidator(_said)
    ]


class Snooze(Strict):
    """Until when the incident is to be quiet."""

    end_time: Moment = Field(description="seconds since the epoch, in the future")
    comment: Text | None = None
    cancel_on_incident_updates: bool = False


class Comment(Strict):
    """A comment."""

    comment: Text


class Resolution(Strict):
    """Why the incident is resolved."""

    comments: Annotated[Text | None, BeforeValidator(_joined), _lines(100_000)] = None


class Merge(Strict):
    """What is to become part of the incident."""

    source_incidents: SourceIds
    comment: Text | None = None


class Split(Strict):
    """The alerts that are to become an incident of their own."""

    alerts: AlertIds
    comment: Text | None = None


class AlertsResolution(Strict):
    """The alerts that are over."""

    ids: AlertIds
    comments: Annotated[ShortText | None, BeforeValidator(_joined), _lines(1000)] = None


class TagValue(Strict):
    """The value of a tag that the path names."""

    tag_value: Value


class Tag(TagValue):
    """A tag and its value."""

    tag_id: Id


class Tags(RootModel[Annotated[list[Tag], Field(min_length=1, max_length=200, fail_fast=True)]]):
    """Several tags."""


class Config(Strict):
    """The values that a tag can have."""

    ordered_list: Words | None = Field(None, description="of a Priority tag, the highest first")
    incident_tag_values: Words | None = Field(None, description="of a tag with a closed list")


class Definition(Strict):
    """What a tag is."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,20}$", description="unique, whatever its case; makes the id")
    description: str = Field("", max_length=200)
    type: TagType
    active: bool = Field(True, description="whether incidents can be given it")
    config: Config = Config()

    @model_validator(mode="before")
    @classmethod
    def _by_hand(cls, sent: Any) -> Any:
        automatic = next((name for name in _AUTOMATIC if isinstance(sent, dict) and name in sent), None)
        if automatic is not None:
            raise ValueError(f'"{automatic}": tags are not set automatically here, only by hand')
        return sent

    @model_validator(mode="after")
    def _agree(self) -> "Definition":
        wanted, given = CONFIGURED.get(self.type), self.config.model_dump(exclude_none=True)
        if wanted is None and given:
            raise ValueError(f"a tag of type {self.type} takes no config")
        if wanted is not None and list(given) != [wanted]:
            raise ValueError(f"a tag of type {self.type} takes config.{wanted} alone")
        return self


class Definitions(BaseModel):
    """Query of the definitions."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    active: bool = Field(True, description="false: those that are not active too")
    type: TagType | None = Field(None, description="those of this type")


class Activities(BaseModel):
    """Query of an incident's activities."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    page: PageNumber = Field(1, description="the first page is 1")
    per_page: PageSize = Field(20, description="how many there are on a page")
    types: str = Field("", max_length=2000, description="separated by commas, whatever their case; absent: all")
