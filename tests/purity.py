"""Which tests are pure: they need no engine, start no process and open no connection; seconds run all of them."""

import socket
import subprocess
from collections.abc import Iterator

import pytest

ENGINE = "opensearch_url"


def pytest_configure(config: pytest.Config) -> None:
    """Declares both marks; `pure` is never set by hand."""
    config.addinivalue_line("markers", "pure: needs no engine, starts no process, opens no connection")
    config.addinivalue_line("markers", "outside: starts a process or opens a connection, though it needs no engine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that is pure, before marks choose among them."""
    for item in items:
        fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
        if ENGINE not in fixtures and not item.get_closest_marker("outside"):
            item.add_marker("pure")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A pure test fails where it is not."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("pure"):
            for owner, name in ((subprocess.Popen, "__init__"), (socket.socket, "connect")):
                patch.setattr(owner, name, _refused)
        return (yield)


def _refused(*_: object, **__: object) -> None:
    pytest.fail("a test that starts a process or opens a connection is marked `outside`")
