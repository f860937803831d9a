"""Receipt numbers: what a resident is given to ask about a complaint later, `LH-7K3M-Q8XW-P`.

The tenant's prefix, eight random characters of Crockford's base 32 in two groups, one check character. A number
tells neither when a complaint came nor how many there are, so `random` has to be unpredictable wherever a number
opens anything (`random.SystemRandom`). Every single wrong character and every swap of two neighbours is caught;
of other slips one in 32 passes. That a number is not taken yet is for the caller to see to.
"""

import re
from random import Random

from complaints.errors import BadNumber

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_TYPED = "".join(_VALUES)

# Lower case and full width, ASCII only: str.upper() and NFKC would make letters of signs nobody meant as such.
_FULL_WIDTH = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}
_LOWER_CASE = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_PLAIN = _FULL_WIDTH | {wide: plain.upper() for wide, plain in _FULL_WIDTH.items()} | _LOWER_CASE

# White space, the dashes that keyboards and word processors make of "-", and what chat programs slip in unseen.
_SEPARATOR = r"[\s\u00ad\u200b-\u200d\u2060\ufeff\u2010-\u2015\u2212-]"
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,7}")


def new_number(prefix: str, random: Random) -> str:
    """A number in canonical form. Raises ValueError if `prefix` is not 1 to 8 of A-Z and 0-9, a letter first."""
    _check_prefix(prefix)
    body = "".join(random.choices(ALPHABET, k=8))
    return _canonical(prefix, body + _check_character(body))


def parse(text: str, prefix: str) -> str:
    """The canonical form of a number as people type it: any case and width, any dashes and spaces, O, I, L for 0, 1, 1.

    The prefix is literal: 1 is not its L. Raises BadNumber if `text` is anything but such a number, ValueError
    for a prefix that `new_number` refuses.
    """
    _check_prefix(prefix)
    typed = _bare(text)
    if not typed.startswith(prefix):
        raise BadNumber("prefix")
    symbols = _symbols(typed.removeprefix(prefix))
    if len(symbols) != 9:
        raise BadNumber("length")
    if _remainder(symbols):
        raise BadNumber("check")
    return _canonical(prefix, symbols)


def find_all(text: str, prefix: str) -> list[str]:
    """The right numbers inside a sentence, in canonical form, in order, each once; mistyped ones are passed over.

    Inside a sentence separators may stand between the groups only. Raises ValueError as `parse` does.
    """
    _check_prefix(prefix)
    groups = rf"{_SEPARATOR}{{0,3}}".join([prefix, f"[{_TYPED}]{{4}}", f"[{_TYPED}]{{4}}", f"[{_TYPED}]"])
    found = re.finditer(rf"(?<![A-Z0-9]){groups}(?![A-Z0-9])", text.translate(_PLAIN))
    spoken = (_symbols(_bare(match.group()).removeprefix(prefix)) for match in found)
    return list(dict.fromkeys(_canonical(prefix, symbols) for symbols in spoken if not _remainder(symbols)))


def short(number: str) -> str:
    """The second group of a canonical number: what staff call it by in their own group."""
    return number.split("-")[2]


def matches_short(number: str, typed: str) -> bool:
    """Whether `typed` is the second group of the canonical `number`, alone or with its right check character."""
    try:
        symbols = _symbols(_bare(typed))
    except BadNumber:
        return False
    return symbols in (short(number), short(number) + number[-1])


def _check_prefix(prefix: str) -> None:
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"a prefix is 1 to 8 of A-Z and 0-9, a letter first, not {prefix!r}")


def _bare(text: str) -> str:
    return re.sub(_SEPARATOR, "", text.translate(_PLAIN))


def _symbols(typed: str) -> str:
    """`typed` in the alphabet's own characters. Raises BadNumber if one is not to be understood."""
    try:
        return "".join(ALPHABET[_VALUES[character]] for character in typed)
    except KeyError:
        raise BadNumber("character") from None  # the cause would carry what was typed


def _canonical(prefix: str, symbols: str) -> str:
    return f"{prefix}-{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}"


def _check_character(body: str) -> str:
    return ALPHABET[_times_x(_remainder(body))]


def _remainder(symbols: str) -> int:
    """The sum of the characters' values times x^n ... x^1, x^0 in GF(32); a right number leaves 0.

    x is primitive, so up to 31 characters have different weights, none of them 0: a wrong character changes the
    sum by weight times difference, a swap by the difference of the weights times that of the characters.
    """
    remainder = 0
    for symbol in symbols:
        remainder = _times_x(remainder) ^ _VALUES[symbol]
    return remainder


def _times_x(value: int) -> int:
    """GF(32) with x^5 = x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
