"""What is kept of what was made, and what is forgotten first."""

import pytest

from gateway.work.remembered import Remembered

Put = tuple[str, str, int]


@pytest.mark.parametrize(
    ("puts", "used", "kept"),
    [
        pytest.param([("a", "1", 10), ("a", "2", 10)], [], {"a1", "a2"}, id="all, while there is room"),
        pytest.param([("a", "1", 26)], [], set(), id="nothing that is more than a quarter of all"),
        pytest.param([("a", str(i), 10) for i in range(4)], [], {"a2", "a3"}, id="a tenant's quarter: its latest"),
        pytest.param(
            [*(("b", str(i), 10) for i in range(2)), *(("a", str(i), 10) for i in range(9))],
            [],
            {"b0", "b1", "a7", "a8"},
            id="one tenant's many push out none of another's",
        ),
        pytest.param(
            [(each, "1", 25) for each in "abcde"], [], {"b1", "c1", "d1", "e1"}, id="more tenants: the longest unused"
        ),
        pytest.param(
            [(each, "1", 25) for each in "abcd"] + [("e", "1", 25)],
            ["a"],
            {"a1", "c1", "d1", "e1"},
            id="what was used lately stays",
        ),
        pytest.param([("a", "1", 20), ("a", "1", 5), ("a", "2", 20)], [], {"a1", "a2"}, id="the same anew counts once"),
        pytest.param([("a", "1", 20), ("a", "1", 26)], [], set(), id="the same grown too large is not kept"),
    ],
)
def test_what_is_kept(puts: list[Put], used: list[str], kept: set[str]) -> None:
    memory = Remembered[str, str](100)
    for i, (tenant, key, size) in enumerate(puts):
        if i == 4:
            for each in used:
                memory.get(each, "1")
        memory.put(tenant, key, tenant + key, size)
    tenants = {tenant for tenant, _, _ in puts}
    values = {memory.get(tenant, key) for tenant in tenants for key in memory.keys(tenant)}
    assert values == kept
    assert memory.size <= 100


def test_one_key_of_two_tenants_is_two_values() -> None:
    memory = Remembered[str, int](100)
    memory.put("a", "same", 1, 1)
    assert (memory.get("a", "same"), memory.get("b", "same")) == (1, None)
    memory.forget("b", "same")
    memory.put("b", "same", 2, 1)
    assert (memory.get("a", "same"), memory.get("b", "same")) == (1, 2)


def test_what_is_forgotten_takes_no_room() -> None:
    memory = Remembered[str, int](100)
    memory.put("a", "1", 1, 20)
    memory.forget("a", "1")
    assert (memory.get("a", "1"), memory.keys("a"), memory.size) == (None, [], 0)
