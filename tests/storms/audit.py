"""Holds what is there against the ledger: values, history, notes, counts and membership, through every dialect."""

from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass

from tests.storms import holdings
from tests.storms.clients import Client
from tests.storms.dialects import differences
from tests.storms.effects import Effects, births, broken_links, effects, is_miscounted, older, shared_alerts
from tests.storms.holdings import Incident
from tests.storms.ledger import Ledger
from tests.storms.report import Row, holds_if


@dataclass(frozen=True, slots=True)
class Audit:
    """What a storm has left behind, beside what was told of it."""

    storm: str
    ledger: Ledger
    incidents: list[Incident]
    seen: Effects
    apart: list[str]

    def rows(self) -> Iterator[Row]:
        """A row for each invariant."""
        yield self._lost()
        yield self._twice()
        yield self._accounts()
        yield self._histories()
        yield self._counts()
        yield self._dialects()
        yield self._refusals()
        yield self._answers()

    def _lost(self) -> Row:
        things = [write for write in self.ledger.writes if write.kind != "change"]
        lost = sum(self.seen.of(write) < write.least for write in things)
        behind = older(self.incidents, self.ledger.writes)
        figure = f"{lost} of {self.ledger.acknowledged:,} lost, {behind} of {len(self.incidents):,} have an older value"
        return holds_if(not lost and not behind, "no acknowledged write is lost", self.storm, figure)

    def _twice(self) -> Row:
        things = [write for write in self.ledger.writes if write.kind != "change"]
        twice = sum(self.seen.of(write) > write.most > 0 for write in things)
        figure = f"{twice} of {len(things):,} incidents, notes and alerts more often than asked"
        return holds_if(not twice, "one effect per request", self.storm, figure)

    def _accounts(self) -> Row:
        told = [write for write in self.ledger.writes if write.done and write.kind != "create"]
        without = sum(self.seen.accounts[write.text] == 0 for write in told)
        again = sum(self.seen.accounts[write.text] > write.most for write in told)
        odd = sum(births(each) != 1 for each in self.incidents)
        figure = f"{without} of {len(told):,} without, {again} with two, {odd} incidents not created once"
        return holds_if(not without + again + odd, "one account per acknowledged change", self.storm, figure)

    def _histories(self) -> Row:
        broken = sum(bool(broken_links(each)) for each in self.incidents)
        never = sum(self.seen.accounts[write.text] > 0 for write in self.ledger.writes if write.was_only_refused)
        figure = f"{broken} of {len(self.incidents):,} do not, {never} accounts of what was refused"
        return holds_if(not broken and not never, "history leads to what is there", self.storm, figure)

    def _counts(self) -> Row:
        wrong, shared = sum(map(is_miscounted, self.incidents)), shared_alerts(self.incidents)
        figure = f"{wrong} of {len(self.incidents):,} incidents count wrongly, {shared} alerts in two incidents"
        return holds_if(not wrong and not shared, "counts and membership are exact", self.storm, figure)

    def _dialects(self) -> Row:
        figure = "; ".join([f"{len(self.apart)} differences", *self.apart[:1]])
        return holds_if(not self.apart, "five dialects tell the same", self.storm, figure)

    def _refusals(self) -> Row:
        refused = [write for write in self.ledger.writes if write.refusals and not write.unsure]
        false = sum(
            write.already or self.seen.of(write) > write.least or (not write.done and write.text in self.seen.met)
            for write in refused
        )
        figure = f"{false} of {len(refused):,} refused writes had been done"
        return holds_if(not false, "a refusal is true", self.storm, figure)

    def _answers(self) -> Row:
        writes = self.ledger.writes
        wrong = [write.wrong for write in writes if write.wrong]
        figure = "; ".join([f"{len(wrong)} of {len(writes):,} answered otherwise", *wrong[:1]])
        return holds_if(not wrong, "each write is answered as its dialect says", self.storm, figure)


async def audited(storm: str, ledger: Ledger, readers: list[Client], tenant: str) -> AsyncGenerator[Row, None]:
    """A row for each invariant, of all that the tenant has."""
    incidents = await holdings.incidents(readers)
    apart = await differences(incidents, readers[0], tenant)
    for row in Audit(storm, ledger, incidents, effects(incidents), apart).rows():
        yield row
