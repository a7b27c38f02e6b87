"""All that the gateway keeps, in one OpenSearch."""

from gateway.settings import Settings
from gateway.store.client import Client
from gateway.store.documents import Documents
from gateway.store.hits import Stored
from gateway.store.leftovers import left_of_kind
from gateway.store.making import Shape
from gateway.store.names import REGISTRY, events_of, incidents_of
from gateway.store.recent import Recent
from gateway.store.registry import Registry
from gateway.store.sequences import Sequences
from gateway.store.tenants import Tenants
from queries.fields import Columns


class Store:
    """The documents of every tenant, the registry, and what is known of them in this process."""

    def __init__(self, settings: Settings, typed: Columns) -> None:
        self.client = Client(settings)
        shape = Shape(settings.shards, settings.replicas)
        self.tenants = Tenants(
            self.client, typed, custom_fields=settings.custom_fields, provision=settings.provision, shape=shape
        )
        self.registry = Registry(self.client, self.tenants, "", REGISTRY)
        self.recent = Recent(self.registry)
        self.sequences = Sequences(self.registry, self._highest_number)

    def incidents(self, tenant: str) -> Documents:
        """A tenant's incidents and aggregation results."""
        return Documents(self.client, self.tenants, tenant, incidents_of(tenant))

    def events(self, tenant: str) -> Documents:
        """A tenant's notes, alerts and activities."""
        return Documents(self.client, self.tenants, tenant, events_of(tenant))

    def entries(self, tenant: str) -> Documents:
        """The registry's entries of one tenant, to be searched."""
        return Documents(self.client, self.tenants, tenant, REGISTRY)

    async def _highest_number(self, tenant: str) -> int:
        """The highest number of a tenant's incidents, notes and activities; 0 if there are none."""
        incidents = await self.incidents(tenant).highest("numeric_id")
        return max(incidents, await self.events(tenant).highest("sequence"))

    async def left_of_kind(self, kind: str) -> list[tuple[str, Stored]]:
        """Every event of a kind that is not to stay, of all tenants, each with its tenant's name."""
        return await left_of_kind(self.client, kind)

    async def close(self) -> None:
        """Closes every connection."""
        await self.client.close()
