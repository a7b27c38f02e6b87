"""What a process that serves has imported, which is most of the memory that it holds."""

import os
import signal
import subprocess
import sys

NEEDLESS = {
    "botocore", "cryptography", "gateway.client", "gateway.demo", "gateway.engine", "gateway.serving.pages",
    "gateway.tracing", "ijson", "jinja2", "jwt", "opentelemetry", "rich",
}  # fmt: skip
"""What other commands need, or settings that are not the default, or requests that few processes are ever sent."""


def test_a_gateway_that_serves_has_imported_nothing_that_only_others_need(opensearch_url: str) -> None:
    environment = {**os.environ, "GATEWAY_OPENSEARCH_URL": opensearch_url, "PYTHONPROFILEIMPORTTIME": "1"}
    command = [sys.executable, "-m", "gateway", "serve", "--port", "0"]
    imported = set[str]()
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as served:
        assert served.stderr
        for line in served.stderr:
            if line.startswith("import time:"):
                imported.add(line.rpartition("|")[2].strip())
            elif "Application startup complete" in line:
                served.send_signal(signal.SIGTERM)
    assert served.returncode == 0
    assert imported & {"gateway.serving.app", *NEEDLESS} == {"gateway.serving.app"}
