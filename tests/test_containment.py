"""A test that fails, is cancelled or hangs takes no other with it, and none is pure that is not."""

import re
import subprocess
import sys

import pytest

from tests import planted
from tests.serving import ROOT

OUTCOMES = {"failed": {"FAILED"}, "error": {"ERROR"}, "passed": {"PASSED", "ERROR"}, "well": {"PASSED"}}
"""What becomes of a planted test, by the first word of its name."""


@pytest.mark.outside
def test_whatever_becomes_of_one_the_next_is_well() -> None:
    wanted = {name: OUTCOMES[name.split("_")[1]] for name in vars(planted) if name.startswith("test_")}
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--tb=line", planted.__file__]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    outcomes: dict[str, set[str]] = {}
    for outcome, name in re.findall(r"^(PASSED|FAILED|ERROR) \S+::(\w+)", ran.stdout, re.MULTILINE):
        outcomes.setdefault(name, set()).add(outcome)
    assert outcomes == wanted, ran.stdout
