"""What `_im` answers of the ATT&CK matrix, as types: the part that an incident touches, and the whole with counts."""

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from gateway.dialects.im.schemas import Id, Total

Count = Annotated[int, Field(description="how many documents name it", examples=[3])]


class Technique(TypedDict):
    """A technique."""

    id: Annotated[str, Field(examples=["T1059"])]
    name: Annotated[str, Field(examples=["Command and Scripting Interpreter"])]
    url: Annotated[str, Field(examples=["https://attack.mitre.org/techniques/T1059"])]
    subtechniques: "list[SubTechnique]"


class SubTechnique(TypedDict):
    """A sub-technique."""

    id: Annotated[str, Field(examples=["T1059.001"])]
    name: Annotated[str, Field(examples=["PowerShell"])]
    url: Annotated[str, Field(examples=["https://attack.mitre.org/techniques/T1059/001"])]


class Tactic(TypedDict):
    """A tactic, with its techniques."""

    id: Annotated[str, Field(examples=["TA0002"])]
    name: Annotated[str, Field(examples=["Execution"])]
    url: Annotated[str, Field(examples=["https://attack.mitre.org/tactics/TA0002"])]
    techniques: list[Technique]


class Matrix(TypedDict):
    """The part of the ATT&CK matrix that an incident touches."""

    incident_id: Id
    attack_version: Annotated[str, Field(examples=["v17.1"])]
    tactics: list[Tactic]
    unknown: Annotated[list[str], Field(description="ids that the catalogue does not have", examples=[[]])]


class CountedSubTechnique(TypedDict):
    """A sub-technique."""

    id: Annotated[str, Field(examples=["T1059.001"])]
    name: Annotated[str, Field(examples=["PowerShell"])]
    url: Annotated[str, Field(examples=["https://attack.mitre.org/techniques/T1059/001"])]
    count: Count


class CountedTechnique(TypedDict):
    """A technique."""

    id: Annotated[str, Field(examples=["T1059"])]
    name: Annotated[str, Field(examples=["Command and Scripting Interpreter"])]
    url: Annotated[str, Field(examples=["https://attack.mitre.org/techniques/T1059"])]
    count: Annotated[int, Field(description="how many documents name it itself, apart from its sub-techniques")]
    subtechniques: list[CountedSubTechnique]


class CountedTactic(TypedDict):
    """A tactic, with its techniques."""

    id: Annotated[str, Field(examples=["TA0002"])]
    name: Annotated[str, Field(examples=["Execution"])]
    url: Annotated[str, Field(examples=["https://attack.mitre.org/tactics/TA0002"])]
    count: Annotated[int, Field(description="how many documents name it or any part of it")]
    techniques: list[CountedTechnique]


class UnknownName(TypedDict):
    """What documents name, and the catalogue does not have."""

    id: Annotated[str, Field(examples=["T0000"])]
    count: Count


class CountedMatrix(TypedDict):
    """The whole ATT&CK matrix, each part with the number of documents that name it."""

    total_docs: Total
    attack_version: Annotated[str, Field(examples=["v17.1"])]
    tactics: list[CountedTactic]
    unknown: list[UnknownName]
    others: Annotated[int, Field(description="namings that are not listed")]


class ScoredTechnique(TypedDict):
    """A technique of a layer; its score is its count."""

    __pydantic_config__ = ConfigDict(  # type: ignore[misc]
        json_schema_extra={"examples": [{"techniqueID": "T1059.001", "score": 3}]}
    )

    techniqueID: str
    score: NotRequired[int]
    showSubtechniques: NotRequired[Literal[True]]


class LayerVersions(TypedDict):
    """What the layer is of, and made for."""

    attack: Annotated[str, Field(examples=["17"])]
    navigator: Annotated[str, Field(examples=["5.1.0"])]
    layer: Annotated[str, Field(examples=["4.5"])]


class Gradient(TypedDict):
    """The colours of the scores, from the least to the most."""

    colors: list[str]
    minValue: int
    maxValue: int


class Layer(TypedDict):
    """The same as a layer of the ATT&CK Navigator."""

    name: str
    versions: LayerVersions
    domain: Annotated[str, Field(examples=["enterprise-attack"])]
    description: str
    sorting: int
    techniques: list[ScoredTechnique]
    gradient: Gradient
