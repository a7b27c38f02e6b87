"""What this process knows to be done of what incidents carry."""

from collections import OrderedDict


class Projected:
    """The versions of incidents whose effects this process knows to be in the events index, the latest of each.

    Of some, all but accounts that wait for who asks, or writes next.

    And incidents whose effects could not be put there, as many as that at most.
    """

    def __init__(self, most: int = 30_000) -> None:
        self._most = most
        self._versions: OrderedDict[tuple[str, str], tuple[str, bool]] = OrderedDict()
        self._failed: dict[str, set[str]] = {}

    def holds(self, tenant: str, incident_id: str, version: str) -> bool:
        """Whether that version's effects are known to be there."""
        return self._versions.get((tenant, incident_id)) == (version, False)

    def waits(self, tenant: str, incident_id: str, version: str) -> bool:
        """Whether all but accounts are known to be there."""
        return self._versions.get((tenant, incident_id)) == (version, True)

    def add(self, tenant: str, incident_id: str, version: str, *, waits: bool = False) -> None:
        """Remembers that they are; all but accounts, where these wait."""
        self._versions[tenant, incident_id] = version, waits
        self._versions.move_to_end((tenant, incident_id))
        if len(self._versions) > self._most:
            self._versions.popitem(last=False)

    def fail(self, tenant: str, incident_id: str) -> None:
        """Remembers that the incident's effects are still to be put there."""
        failed = self._failed.setdefault(tenant, set())
        if len(failed) < self._most:
            failed.add(incident_id)

    def take_failed(self, most: int) -> dict[str, list[str]]:
        """Some of those incidents by tenant, which are remembered no longer."""
        some = {tenant: sorted(ids)[:most] for tenant, ids in self._failed.items() if ids}
        for tenant, ids in some.items():
            self._failed[tenant].difference_update(ids)
        return some
