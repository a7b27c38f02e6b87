"""Names of tenants' indices: none is, or is matched as, another tenant's."""

from fnmatch import fnmatchcase

import pytest

from gateway.store.names import NAME, alias_of, all_of, by_alias, events_of, incidents_of, number_of, numbered

TENANTS = ("acme", "acme-000001", "acme_1", "acme-b", "acme1", "a", "acme-")


def test_no_pattern_of_a_tenant_has_anothers_index() -> None:
    def names(tenant: str) -> set[str]:
        return {of(tenant) for of in (incidents_of, events_of)} | {numbered(incidents_of(tenant), 1)}

    for one in TENANTS:
        patterns = [each for of in (incidents_of, events_of) for each in all_of(of(one)).split(",")]
        reached = {other for other in TENANTS if any(fnmatchcase(n, p) for n in names(other) for p in patterns)}
        assert reached == {one}


@pytest.mark.parametrize("name", ["acme.000001", "acme.", ".acme"])
def test_no_tenant_has_the_name_of_anothers_index(name: str) -> None:
    assert NAME.fullmatch(name) is None


def test_an_index_says_whose_and_the_how_manieth_it_is() -> None:
    assert [(alias_of(each), number_of(each)) for each in ("im-events-a", "im-events-a.000012")] == [
        ("im-events-a", 0),
        ("im-events-a", 12),
    ]
    assert by_alias({"im-events-a-b": 1, "im-events-a.000012": 2, "error": 3}, "im-events-a") == 2
    assert by_alias({"error": {}, "status": 404}, "im-events-a") is None
