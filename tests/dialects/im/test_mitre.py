"""An incident's ATT&CK ids as tactics, techniques and sub-techniques."""

import pytest

from tests.dialects.im.calls import IM, Client, answer, created, refusal

pytestmark = pytest.mark.anyio

SITE = "https://attack.mitre.org"


INTERPRETER = {
    **{"id": "T1059", "name": "Command and Scripting Interpreter", "url": f"{SITE}/techniques/T1059"},
    "subtechniques": [{"id": "T1059.001", "name": "PowerShell", "url": f"{SITE}/techniques/T1059/001"}],
}
ENCRYPTED = {
    **{"id": "T1486", "name": "Data Encrypted for Impact", "url": f"{SITE}/techniques/T1486"},
    "subtechniques": [],
}


async def test_matrix(shared: Client) -> None:
    incident_id = (await created(shared, mitre=["T1059.001", "t1486", "TA0001", "T9999"]))["_meta"]["id"]
    response = await shared.get(f"{IM}/incidents/{incident_id}/mitre")
    assert (response.status_code, answer(response)) == (
        200,
        {
            "incident_id": incident_id,
            "attack_version": "v17.0",
            "tactics": [
                {"id": "TA0001", "name": "Initial Access", "url": f"{SITE}/tactics/TA0001", "techniques": []},
                {
                    **{"id": "TA0002", "name": "Execution", "url": f"{SITE}/tactics/TA0002"},
                    "techniques": [INTERPRETER],
                },
                {"id": "TA0040", "name": "Impact", "url": f"{SITE}/tactics/TA0040", "techniques": [ENCRYPTED]},
            ],
            "unknown": ["T9999"],
        },
    )


async def test_none(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    assert answer(await shared.get(f"{IM}/incidents/{incident_id}/mitre")) == {
        "incident_id": incident_id, "attack_version": "v17.0", "tactics": [], "unknown": [],
    }  # fmt: skip


async def test_no_parameters(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    response = await shared.get(f"{IM}/incidents/{incident_id}/mitre?version=1")
    assert refusal(response) == (400, "unknown_field", "version")
