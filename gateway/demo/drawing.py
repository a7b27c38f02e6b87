"""Values drawn by lot, as the files of words and teams describe them."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from gateway.demo.stories import Names, filled

_SPREAD = 0.8


def drawn(rng: Random, described: Any, names: Names) -> Any:  # noqa: PLR0911
    """A value, or a template filled; a time that would be after `now` is none, as is what follows from it."""
    match described:
        case {"any": choices}:
            return drawn(rng, rng.choice(choices), names)
        case {"some": choices, "from": least, "to": most}:
            return rng.sample(choices, rng.randint(least, most))
        case {"odds": odds}:
            return rng.choices(list(odds), list(odds.values()))[0]
        case {"from": least, "to": most}:
            return rng.randint(least, most)
        case {"median": median, "spread": spread}:
            return round(median * rng.lognormvariate(0, spread))
        case {"hex": digits}:
            return f"{rng.getrandbits(4 * digits):0{digits}x}"
        case {"pick": picked}:
            return {name: names[name] for name in picked}
        case {"by": name, **cases}:
            return drawn(rng, cases[key] if (key := str(names[name])) in cases else cases["else"], names)
        case {"after": earlier, "minutes": minutes, "chance": chance}:
            known = (names[name] for name in earlier)
            since = next((each for each in known if each is not None), None)
            return _later(rng, since, drawn(rng, minutes, names), drawn(rng, chance, names), names["now"])
    return filled(described, names)


def _later(rng: Random, since: datetime | None, minutes: float, chance: float, now: datetime) -> datetime | None:
    at = since and since + timedelta(minutes=minutes * rng.lognormvariate(0, _SPREAD))
    return at if at and at < now and rng.random() < chance else None
