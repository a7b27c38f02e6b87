"""What went wrong, in the two shapes that the vendor prints."""

from http import HTTPStatus

import orjson
import pytest

from gateway.dialects.log360.errors import Refusal, render
from gateway.problems import Problem

SEED_401 = {
    "code": "07001113",
    "title": "Unauthorized",
    "detail": "Invalid or missing AuthToken. Check whether the AuthToken is not revoked or expired",
}


@pytest.mark.parametrize(
    ("problem", "status", "expected"),
    [
        pytest.param(
            Problem(401, "unauthenticated", "a key is wanted"), 401, SEED_401, id="no key, in the seed's words"
        ),
        pytest.param(
            Problem(403, "forbidden", 'the key "k" has no scope "write"'),
            *(401, SEED_401 | {"detail": 'the key "k" has no scope "write"'}),
            id="a key without the scope",
        ),
    ],
)
def test_the_flat_shape(problem: Problem, status: int, expected: dict[str, str]) -> None:
    response = render(problem)
    assert (response.status_code, orjson.loads(bytes(response.body))) == (status, expected)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        *((400, 400), (404, 400), (409, 400), (405, 405), (413, 413), (415, 415)),
        *((429, 429), (500, 500), (503, 503), (504, 504)),
    ],
)
def test_the_nested_shape(given: int, status: int) -> None:
    response = render(Problem(given, "any", "no good", "name"))
    error = {"code": "07001110", "title": HTTPStatus(status).phrase, "detail": "name: no good"}
    assert (response.status_code, orjson.loads(bytes(response.body))) == (status, {"error": error})


def test_a_detail_without_a_place() -> None:
    body = orjson.loads(bytes(render(Problem(400, "any", "no good")).body))
    assert body == {"error": {"code": "07001110", "title": "Bad Request", "detail": "no good"}}


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_the_described_shapes_are_the_real_ones(status: int) -> None:
    body = bytes(render(Problem(status, "any", "no good")).body)
    assert Refusal.model_validate_json(body).model_dump(mode="json") == orjson.loads(body)
