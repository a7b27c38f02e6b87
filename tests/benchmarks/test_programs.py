"""Programs that are compared with: absent ones are named."""

import sys
from pathlib import Path

import pytest

from benchmarks.programs import installed


def test_a_program_is_there(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    program = Path(sys.executable)
    monkeypatch.setenv("PATH", str(program.parent))
    assert installed(program.name) == str(program)
    assert capsys.readouterr().err == ""


def test_an_absent_one_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "")
    assert installed("nginx") is None
    assert capsys.readouterr().err == "nginx is absent: it is not on the PATH, and has no figures in this run\n"
