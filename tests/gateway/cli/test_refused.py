from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

ISSUER = {"GATEWAY_AUTH": "jwt", "GATEWAY_JWT_ISSUER": "https://issuer/", "GATEWAY_JWT_AUDIENCE": "gateway"}
REFUSED = [
    pytest.param(
        ["serve", "--host", "0.0.0.0"],
        {},
        "auth none serves loopback only, not 0.0.0.0; set GATEWAY_AUTH=keys",
        id="serving everyone without keys",
    ),
    pytest.param(["serve", "--workers", "0"], {}, "setting WORKERS: ", id="serving by no process"),
    pytest.param(["key", "list"], {"GATEWAY_FOO": "1"}, "no setting GATEWAY_FOO; ", id="an unknown setting"),
    pytest.param(
        ["serve"],
        {"GATEWAY_OPENSEARCH_URL": "http://ice:secret@127.0.0.1:1"},
        "the engine cannot be used: http://127.0.0.1:1: connection refused",
        id="no engine",
    ),
    pytest.param(
        ["key", "list"],
        {"GATEWAY_OPENSEARCH_URL": "http://127.0.0.1:1,http://127.0.0.1:2"},
        "the engine cannot be used: http://127.0.0.1:1: connection refused; http://127.0.0.1:2: connection refused",
        id="no engine at any host",
    ),
    pytest.param(
        ["serve", "--wait", "0.01"],
        {"GATEWAY_OPENSEARCH_URL": "http://127.0.0.1:1"},
        "the engine cannot be used: http://127.0.0.1:1: connection refused",
        id="no engine for a while",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_ATTACK_CATALOGUE": "/no/such.json"},
        "setting ATTACK_CATALOGUE: /no/such.json cannot be read: No such file or directory",
        id="a catalogue that is not there",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_TLS_CERTIFICATE": "/no/such.pem", "GATEWAY_TLS_KEY": "/no/such.pem"},
        "setting TLS_CERTIFICATE: /no/such.pem is no file",
        id="a certificate that is not there",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_TLS_CERTIFICATE": __file__, "GATEWAY_TLS_KEY": __file__},
        "settings TLS_CERTIFICATE and TLS_KEY: no certificate and its key as PEM: ",
        id="a certificate that is none",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_OPENSEARCH_URL": ""},
        "setting OPENSEARCH_URL: an empty text is no address of an engine",
        id="no address of the engine",
    ),
    pytest.param(
        ["settings"],
        {"GATEWAY_OPENSEARCH_URL": "http://ice:pass/word@engine:9200"},
        "setting OPENSEARCH_URL: the port of http://engine:9200 is none",
        id="a password that must be escaped",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_OPENSEARCH_URL": "https://engine", "GATEWAY_OPENSEARCH_CA": "/no/such.pem"},
        "setting OPENSEARCH_CA: /no/such.pem cannot be used as certificate authority",
        id="an authority that is not there",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_OPENSEARCH_CA": __file__},
        "setting OPENSEARCH_CA: certificates are of use with https only",
        id="an authority for an engine in clear",
    ),
    pytest.param(
        ["key", "list"],
        {"GATEWAY_OPENSEARCH_USER": __file__},
        "setting OPENSEARCH_USER: the engine's user and password are given both or not at all",
        id="a user without a password",
    ),
    pytest.param(
        ["serve"],
        ISSUER | {"GATEWAY_JWT_JWKS": __file__},
        f"setting JWT_JWKS: {__file__}: no set of keys, as RFC 7517 has it",
        id="keys of an issuer that are none",
    ),
    pytest.param(
        ["serve"],
        ISSUER | {"GATEWAY_JWT_JWKS": "https://issuer/keys", "GATEWAY_JWT_CA": "/no/ca.pem"},
        "setting JWT_CA: /no/ca.pem cannot be used as certificate authority: ",
        id="no authority for an issuer",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_DEFAULT_TENANT": "No"},
        'setting DEFAULT_TENANT: "No" cannot be a tenant',
        id="a tenant of no name",
    ),
    pytest.param(
        ["serve"],
        {"GATEWAY_WORKFLOWS": "/no/such.json"},
        "setting WORKFLOWS: /no/such.json: cannot be read: No such",
        id="no workflows",
    ),
    pytest.param(
        ["serve"], {"GATEWAY_WORKFLOWS": __file__}, "setting WORKFLOWS: ", id="workflows that are no JSON"
    ),
    pytest.param(["demo", "--tenant", "No"], {}, '--tenant: "No" cannot be a tenant', id="a demo for no tenant"),
    pytest.param(
        ["demo"],
        {"GATEWAY_AUTH": "keys"},
        "the demo serves loopback without keys; unset GATEWAY_AUTH, which is keys",
        id="a demo with keys",
    ),
    pytest.param(
        ["demo", "--data-dir", "d", "--port", "0"],
        {},
        "--data-dir is for the demo's own OpenSearch, and GATEWAY_OPENSEARCH_URL names another",
        id="a data directory for somebody else's engine",
    ),
    pytest.param(
        ["demo", "--fresh", "--port", "0"],
        {},
        "--fresh is for the demo's own OpenSearch, and GATEWAY_OPENSEARCH_URL names another; name a --tenant",
        id="a fresh start for somebody else's engine",
    ),
    pytest.param(
        ["key", "create", "--tenant", "t", "--name", "n", "--scope", "reed"],
        {},
        'no scope "reed"; there are read, write, delete, admin, act_as',
        id="a key for an unknown scope",
    ),
    pytest.param(
        ["key", "create", "--tenant", "T", "--name", "n", "--scope", "read"],
        {},
        '--tenant: "T" cannot be a tenant',
        id="a key for no tenant",
    ),
    pytest.param(
        ["key", "create", "--tenant", "t", "--name", "n", "--scope", "read", "--expires", "soon"],
        {},
        '--expires: "soon" is not a time',
        id="a key until no time",
    ),
    pytest.param(
        ["key", "create", "--tenant", "t", "--name", "n", "--scope", "read", "--expires", "2020-01-01"],
        {},
        "--expires: 2020-01-01 is over",
        id="a key that has ended",
    ),
    pytest.param(["key", "rotate", "0123456789abcdef"], {}, 'no key "0123456789abcdef"', id="a new token of no key"),
    pytest.param(["key", "rotate", "0123456789abcdef", "--keep", "x"], {}, '--keep: "x" is not a', id="no length"),
    pytest.param(["key", "revoke", "0123456789abcdef"], {}, 'no key "0123456789abcdef"', id="a key that is not there"),
    pytest.param(
        ["attack", "import", "bundle.json"],
        {},
        "set GATEWAY_ATTACK_CATALOGUE to the file that is to hold the catalogue",
        id="a catalogue for nowhere",
    ),
    pytest.param(
        ["attack", "import", "/no/such.json"],
        {"GATEWAY_ATTACK_CATALOGUE": "{tmp}/c.json"},
        "/no/such.json cannot be read: No such file or directory",
        id="a bundle that is not there",
    ),
    pytest.param(["explain", "/no/such"], {}, "/no/such: No such file or directory", id="no search to explain"),
    pytest.param(["explain", '{"size": }'], {}, "the search is not JSON: ", id="a search that is not JSON"),
    pytest.param(["explain", '{"sise": 1}'], {}, 'sise: no parameter "sise" here', id="a misspelt search"),
    pytest.param(
        ["explain", '{"search_query": {"script": {}}}'],
        {},
        'search_query.script: the query "script" is not allowed',
        id="a search that the guard refuses",
    ),
    pytest.param(
        ["explain", '{"after": "x"}'],
        {},
        '"after" means something to a running gateway only; leave it out',
        id="a cursor that only a gateway can read",
    ),
    pytest.param(
        ["explain", "{}", "--column", "title:number"],
        {},
        "--column is a custom field and its type (text, number, boolean, object), as name:type; not title:number",
        id="a typed field given another type",
    ),
    pytest.param(["get", "a/b"], {}, 'ID: "a/b" cannot be an id: 1 to 128 of', id="an incident under no id"),
    pytest.param(["get", "pit"], {}, 'ID: "pit" cannot be an id', id="an incident under a word of the address"),
    pytest.param(["search", "--field", "risk:3"], {}, '--field is name:type:value', id="a search without a type"),
    pytest.param(
        ["stats", "severity", "--url", "http://127.0.0.1:1"],
        {},
        "nobody listens on port 1 of 127.0.0.1",
        id="counts of nobody",
    ),
    pytest.param(["bulk-update", "/no/such"], {}, "/no/such: No such file or directory", id="no changes"),
    pytest.param(
        ["bulk-update", "-", "--url", "http://127.0.0.1:1"],
        {},
        "nobody listens on port 1 of 127.0.0.1",
        id="changes for nobody",
    ),
    pytest.param(
        ["export", "--url", "gateway"], {}, "gateway/_im/incidents/pit is no address of a gateway", id="no address"
    ),
    pytest.param(
        ["export", "--field", "risk:3"],
        {},
        '--field is name:type:value, the type one of number, text, select, multiselect; not "risk:3"',
        id="a filter without a type",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "environment", "sentence"), REFUSED)
def test_what_cannot_be_done_is_told_in_one_sentence(
    arguments: list[str], environment: dict[str, str], sentence: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    said = {name: value.format(tmp=tmp_path) for name, value in environment.items()}
    told = run(*(each.replace("{tmp}", str(tmp_path)) for each in arguments), **said)
    # What is logged beside it is JSON.
    lines = [each for each in told.stderr.splitlines() if each != "starting OpenSearch" and not each.startswith("{")]
    assert (told.exit_code, told.stdout, len(lines)) == (2, "", 1)
    assert sentence in lines[0]
    assert lines[0].startswith("incident-gateway: ")
