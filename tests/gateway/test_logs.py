"""A record as a line: JSON that holds whatever it is given, or text that a person reads."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from gateway import logs
from gateway.logs import JsonLines, TextLines
from gateway.settings import Settings

CREATED = 1795305600.25
AT = "2026-11-22T00:00:00.250Z"


def record(message: str, values: dict[str, Any] | None = None, level: int = logging.INFO) -> logging.LogRecord:
    args = (values,) if values else ()
    made = logging.LogRecord("gateway.shop", level, __file__, 1, message, args, None)
    made.created = CREATED
    return made


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("é", "é", id="a text"),
        pytest.param(1.5, 1.5, id="a number"),
        pytest.param(2**80, 2**80, id="a number beyond 64 bits"),
        pytest.param("\ud800", "\ud800", id="half of a surrogate pair"),
        pytest.param({1: "one"}, {"1": "one"}, id="a name that is a number"),
        pytest.param(ValueError("no"), "ValueError('no')", id="an object that JSON does not know"),
    ],
)
def test_whatever_a_record_is_given_becomes_json(value: object, written: object) -> None:
    line = json.loads(JsonLines().format(record("sold", {"value": value})))
    assert line == {"event": "sold", "value": written, "level": "info", "logger": "gateway.shop", "timestamp": AT}


@pytest.mark.parametrize(
    ("values", "text"),
    [
        pytest.param(None, "", id="no values"),
        pytest.param({"status": 200, "route": "/a"}, " status=200 route=/a", id="words"),
        pytest.param({"reason": "it broke"}, " reason='it broke'", id="a text with a space"),
        pytest.param({"reason": ""}, " reason=''", id="an empty text"),
        pytest.param({"reason": "a\nb"}, " reason='a\\nb'", id="a line break stays in its line"),
    ],
)
def test_a_person_reads_level_time_event_and_values(values: dict[str, Any] | None, text: str) -> None:
    line = TextLines().format(record("sold", values, logging.WARNING))
    assert line == f"warning {AT} sold{text} logger=gateway.shop"


@pytest.fixture
def root() -> Iterator[None]:
    """The logging that there was before comes back."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield
    logger.handlers, logger.level = handlers, level


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("settings", [{}, {"log_format": "console"}, {"log_level": "warning"}], ids=str)
@pytest.mark.parametrize("others", [0, 1], ids=["one handler", "another that hears it too"])
def test_a_line_written_at_once_is_the_one_that_logging_writes(
    capsys: pytest.CaptureFixture[str], settings: dict[str, Any], others: int
) -> None:
    logger, heard = logging.getLogger("gateway.shop"), io.StringIO()
    logger.handlers = [logging.StreamHandler(heard)] * others
    logs.configure(Settings(**settings))
    written = []
    for write in (logs.write, logging.Logger.info):
        write(logger, "sold", {"status": 200, "n": 2**80})
        written.append(re.sub(r"\d{4}-[^ \"]+Z", "", capsys.readouterr().err))
    logger.handlers = []
    silent = settings.get("log_level") == "warning"
    assert (written[0], bool(written[0])) == (written[1], not silent)
    assert heard.getvalue() == "sold\n" * 2 * others * (not silent)


def test_a_person_sees_the_request_and_the_traceback() -> None:
    failed = record("failed", level=logging.ERROR)
    try:
        raise KeyError("x")
    except KeyError:
        failed.exc_info = sys.exc_info()
    bound = logs.request_id.set("r1")
    first, *_, last = TextLines().format(failed).splitlines()
    logs.request_id.reset(bound)
    assert (first, last) == (f"error   {AT} failed request_id=r1 logger=gateway.shop", "KeyError: 'x'")
