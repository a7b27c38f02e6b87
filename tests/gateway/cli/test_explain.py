from collections.abc import Callable

import httpx2
import orjson
from typer.testing import Result


def test_explain_shows_what_a_gateway_would_ask(
    run: Callable[..., Result], ask: Callable[..., Result], gateway_url: str, tenant: str
) -> None:
    one = b'{"title": "disk full", "risk": 7}\n'
    assert ask("bulk-create", "-", given=one).exit_code == 0
    search = {
        "search_query": {"match": {"title": "disk"}},
        "additional_fields": [{"name": "risk", "type": "number", "value": {"gte": "5"}}],
        "start_time": "2026-01-01",
        "end_time": "2026-11-30",
        "sort": [{"field": "severity", "order": "asc"}],
        "from": 10,
        "fields": ["title", "risk"],
        "with_total_docs": True,
        "is_show_aggs": False,
    }
    address, asked = f"{gateway_url}/_im/incidents_full_types", search | {"explain": True}
    ran = (
        httpx2.post(address, json=asked, headers={"X-Scope-OrgID": tenant}, timeout=60)
        .raise_for_status()
        .json()["explain"]
    )
    text = orjson.dumps(search)
    named = ["--column", "risk:number", "--tenant", tenant]
    assert orjson.loads(run("explain", "-", *named, given=text).stdout) == ran
    assert run("explain", text.decode(), *named, "--json").stdout == orjson.dumps(ran).decode() + "\n"
