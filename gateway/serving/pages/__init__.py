"""The pages for people: what each dialect takes and answers, read from its OpenAPI document. They load nothing else."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib.resources import files
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import Response

from gateway.serving.pages.curls import curl
from gateway.serving.pages.fields import Field, kind, parameter, rows

Json = dict[str, Any]

_STYLE = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_TEMPLATES = Environment(
    loader=PackageLoader("gateway.serving.pages", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["style"] = Markup(_STYLE)
_TEMPLATES.filters["marked"] = lambda text: Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def index(documents: Mapping[str, Json]) -> bytes:
    """The page that lists the dialects, by the names that their pages have."""
    return _TEMPLATES.get_template("index.html").render(documents=documents).encode()


def page(name: str, document: Json) -> bytes:
    """The page of one dialect."""
    template = _TEMPLATES.get_template("dialect.html")
    operations = list(_operations(document))
    tags = dict.fromkeys(each["tag"] for each in operations)
    return template.render(
        name=name, info=document["info"], tags=tags, operations=operations, refusals=list(_refusals(document))
    ).encode()


def shown(text: bytes) -> Response:
    """A page as an answer; the browser is told to run nothing and to load nothing."""
    return Response(text, headers=_HEADERS, media_type="text/html")


def _operations(document: Json) -> Iterator[Json]:
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {"content": {}})
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "tag": operation["tags"][0],
                "summary": operation["summary"],
                "scope": operation["x-scope"],
                "parameters": [parameter(each, schemas) for each in operation["parameters"]],
                "media_types": list(body["content"]),
                "body": _body(body, schemas),
                "curl": curl(method.upper(), path, operation),
                "answers": [(status, _phrase(status)) for status in operation["responses"]],
            }


def _body(body: Json, schemas: Mapping[str, Json]) -> list[Field]:
    schema: Json = next((each["schema"] for each in body["content"].values()), {})
    if not schema:
        return []
    return list(rows(schema, schemas)) or [Field("the whole body", kind(schema, schemas), body["required"])]


def _refusals(document: Json) -> Iterator[Json]:
    for status, response in document["components"]["responses"].items():
        content = next(iter(response["content"].values()))
        examples = [_indented(each["value"]) for each in content["examples"].values()]
        yield {"status": status, "phrase": _phrase(status), "examples": examples}


def _indented(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _phrase(status: str) -> str:
    return HTTPStatus(int(status)).phrase
