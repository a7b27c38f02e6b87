"""Every setting, set to what it cannot be: a start ends with one sentence that names it."""

import pytest

from gateway.cli.configuration import configured
from gateway.dialects.settings import Settings
from gateway.problems import problem
from gateway.settings import PREFIX, SettingsError
from queries.errors import QueryError

FREE = {"audit_log", "hosts", "metrics_host", "severities"}
"""Whose value may be any text."""
ELSEWHERE = {"opensearch_aws_region"}
"""What is asked of another server where it is right; its tests are those of signatures."""


def told() -> str:
    """The sentence that a start ends with, or nothing where there is none."""
    try:
        configured()
    except (SettingsError, QueryError) as error:
        cause = problem(error) if isinstance(error, QueryError) else None
        return str(error) if cause is None else f"{cause.where}: {cause.reason}"
    return ""


@pytest.mark.parametrize("value", ["?", ""])
def test_each_setting_is_named_where_it_cannot_be(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    sentences = {}
    for name in Settings.model_fields.keys() - FREE - ELSEWHERE:
        with monkeypatch.context() as patch:
            patch.setenv(PREFIX + name.upper(), value)
            sentences[name] = told()
    empty_is_none = {"cors_origins", "hosts", "root_path", "trusted_proxies"} if value == "" else set[str]()
    unnamed = {name: said for name, said in sentences.items() if name.upper() not in said and name not in empty_is_none}
    assert unnamed == {"host": f"auth none serves loopback only, not {value}; set GATEWAY_AUTH=keys"}
    assert [said for said in sentences.values() if "\n" in said or "Input should" in said] == []
