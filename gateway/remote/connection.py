"""A running gateway as a client sees it: its address, a key, and why it did not answer."""

from dataclasses import dataclass

import aiohttp

# A bulk body is answered once it is read and applied to its end.
_SILENCE = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=600)
_TOLD = 300


class RemoteError(Exception):
    """Why a gateway did not do what it was asked; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a gateway is, and as whom it is asked."""

    url: str
    key: str | None = None
    tenant: str | None = None

    def at(self, path: str) -> str:
        """The address of a path of the native dialect."""
        return f"{self.url.rstrip('/')}/_im{path}"

    def headers(self) -> dict[str, str]:
        """What says who asks."""
        said = {"Authorization": f"Bearer {self.key}" if self.key else None, "X-Scope-OrgID": self.tenant}
        return {name: value for name, value in said.items() if value}
