"""What this process knows to be done of what incidents carry."""

from collections import OrderedDict


class Projected:
    """The versions of incidents whose effects this process knows to be in the events index, the latest of each."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._versions: OrderedDict[tuple[str, str], str] = OrderedDict()

    def holds(self, tenant: str, incident_id: str, version: str) -> bool:
        """Whether that version's effects are known to be there."""
        return self._versions.get((tenant, incident_id)) == version

    def add(self, tenant: str, incident_id: str, version: str) -> None:
        """Remembers that they are."""
        self._versions[tenant, incident_id] = version
        self._versions.move_to_end((tenant, incident_id))
        if len(self._versions) > self._most:
            self._versions.popitem(last=False)
