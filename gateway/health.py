"""`python -m gateway.health`: whether the gateway with these settings, on this machine, is alive; for a container."""

import ssl
import sys
from urllib.error import URLError
from urllib.request import urlopen

from gateway.dialects.settings import load
from gateway.settings import Settings

_SECONDS = 5
_ALL = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Where a listener on all addresses answers."""


def main() -> int:
    """0 where it answers, else 1 and a sentence."""
    url = address(load())
    try:
        with urlopen(url, timeout=_SECONDS, context=_context()):
            return 0
    except (OSError, URLError) as error:
        print(f"{url}: {error}", file=sys.stderr)
        return 1


def _context() -> ssl.SSLContext:
    """Takes any certificate: it has the name under which others reach it."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def address(settings: Settings) -> str:
    """Where its liveness is asked for."""
    host = _ALL.get(settings.host, settings.host)
    scheme = "http" if settings.tls_certificate is None else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}/healthz"


if __name__ == "__main__":
    sys.exit(main())
