"""Letters in every case, as Unicode's simple case mapping has them.

The engine disregards the case of ASCII alone. What holds a letter beyond it is asked as a regular expression that names
every case of that letter. A letter of ASCII and one beyond it are never the same: not `i` and the capital with a dot or
the small one without, `k` and the Kelvin sign, `s` and the long one; nor is one letter ever two: `ß` is its capital,
and not `ss`. A final sigma is any other one.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

_CASED = (range(0x80, 0x3000), range(0xA640, 0xAC00), range(0xFF00, 0x10000), range(0x10400, 0x1E944))
"""Where letters have a case; nothing between and beyond has one."""


def has_others(text: str) -> bool:
    """Whether a letter beyond ASCII has another case, so that the engine cannot be left to disregard it."""
    return not text.isascii() and any(folded(symbol) in _cases() for symbol in text if symbol > "\x7f")


def cases(symbol: str) -> str:
    """Every case of the letter, itself among them; of anything else itself."""
    if symbol.isascii():
        return "".join(sorted({symbol, symbol.lower(), symbol.upper()}))
    return _cases().get(folded(symbol), symbol)


def folded(symbol: str) -> str:
    """The same for every case of one letter."""
    result = symbol
    for change in (str.lower, str.upper, str.lower):
        changed = change(result)
        # More than one letter is no simple mapping.
        if len(changed) == 1 and changed.isascii() == symbol.isascii():
            result = changed
    return result


def expression(text: str, *, ascii_too: bool = False) -> str:
    """The engine's regular expression of the text in any case; of ASCII as well, or its flag sees to that."""
    return "".join(_either(symbol) if ascii_too or symbol > "\x7f" else _plain(symbol) for symbol in text)


def _either(symbol: str) -> str:
    every = cases(symbol)
    return f"[{every}]" if len(every) > 1 else _plain(symbol)


def _plain(symbol: str) -> str:
    return symbol if symbol.isalnum() else f"\\{symbol}"


@cache
def _cases() -> Mapping[str, str]:
    """Every case of each letter beyond ASCII that has several, by the folded one."""
    classes: dict[str, str] = defaultdict(str)
    for symbol in (chr(code) for codes in _CASED for code in codes):
        classes[folded(symbol)] += symbol
    return {letter: every for letter, every in classes.items() if len(every) > 1}
