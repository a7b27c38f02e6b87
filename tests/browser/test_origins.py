"""Pages of two other origins: one that is named may call, the other neither reads nor changes anything."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx2
import pytest
from playwright.sync_api import Browser

from gateway.dialects.settings import load
from tests.serving import serving

CALLS = """async (gateway) => {
  const told = {}, list = `${gateway}/_im/incidents`, json = { "Content-Type": "application/json" };
  const call = async (name, path, init, read) => {
    try { told[name] = await read(await fetch(path, init)); } catch { told[name] = "not told"; }
  };
  const body = '{"title": "of a page"}';
  await call("read", list, {}, (answer) => answer.status);
  await call("write", `${list}/page`, { method: "POST", headers: json, body }, (answer) => answer.headers.get("etag"));
  const change = { method: "PUT", headers: { ...json, "If-Match": told.write, "Idempotency-Key": "k" }, body };
  await call("change", `${list}/page`, change, (answer) => answer.status);
  await call("text", `${list}/text`, { method: "POST", body }, (answer) => answer.status);
  await call("unread", `${list}/unread`, { method: "POST", mode: "no-cors", body }, (answer) => answer.type);
  told.feed = await new Promise((done) => {
    const feed = new EventSource(`${list}/changes`);
    feed.onopen = () => { feed.close(); done("open"); };
    feed.onerror = () => { feed.close(); done("not told"); };
  });
  return told;
}"""


@contextmanager
def pages(folder: Path) -> Iterator[str]:
    """The origin of a server that shows a page."""
    (folder / "index.html").write_text("<title>page</title>")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def origins(tmp_path: Path) -> Iterator[list[str]]:
    """Two origins."""
    with ExitStack() as stack:
        yield [stack.enter_context(pages(tmp_path)) for _ in range(2)]


def test_pages_of_two_origins(
    browser: Browser, opensearch_url: str, new_tenant: Callable[[], str], origins: list[str]
) -> None:
    friend, stranger = origins
    settings = load(opensearch_url=opensearch_url, default_tenant=new_tenant(), cors_origins=(friend,))
    with serving(settings) as gateway, httpx2.Client(base_url=gateway, timeout=60) as client:
        (client.post("/_im/incidents/first", json={"title": "t"})).raise_for_status()
        told = []
        for origin in (friend, stranger):
            page = browser.new_page()
            page.goto(origin)
            told.append(page.evaluate(CALLS, gateway))
            page.close()
        made = [client.get(f"/_im/incidents/{name}").status_code for name in ("page", "text", "unread")]
    etag = told[0].pop("write")
    assert etag.startswith('"1-')
    assert told[0] == {"read": 200, "change": 200, "text": 415, "unread": "opaque", "feed": "open"}
    nothing = dict.fromkeys(("read", "write", "change", "text", "feed"), "not told")
    assert (told[1], made) == ({**nothing, "unread": "opaque"}, [200, 404, 404])
