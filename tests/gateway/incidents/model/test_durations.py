"""How long it took, as it is stored beside the times."""

from typing import Any

import pytest

from gateway.incidents.model.difference import durations

START = "2026-11-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, {}, id="neither acknowledged nor resolved"),
        pytest.param({"acknowledged_at": "2026-11-01T00:00:01.501Z"}, {"ms_to_acknowledge": 1501}, id="acknowledged"),
        pytest.param({"resolved_at": "2026-11-02T00:00:00.000Z"}, {"ms_to_resolve": 86_400_000}, id="resolved"),
        pytest.param({"resolved_at": START}, {"ms_to_resolve": 0}, id="at once"),
        pytest.param({"acknowledged_at": "2026-10-31T23:59:59.999Z"}, {}, id="before it began, which is no length"),
        pytest.param(
            {"acknowledged_at": "2026-11-01T00:00:01.000Z", "resolved_at": "2026-11-01T00:00:02.000Z"},
            {"ms_to_acknowledge": 1000, "ms_to_resolve": 2000},
            id="both",
        ),
    ],
)
def test_durations(fields: dict[str, Any], expected: dict[str, int]) -> None:
    assert durations({"title": "t", "started_at": START, **fields}) == expected
