"""How exact numbers stand in the files."""

from decimal import Decimal
from fractions import Fraction


def shown(value):
    """All decimals of a number if they end, else the fewest digits that read back as the double nearest to it; nothing is an empty cell."""
    if value is None:
        return ""
    value = Fraction(value)
    places = decimals(value.denominator)
    if places is None:
        return f"{Decimal(repr(value.numerator / value.denominator)):f}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    whole, part = (digits[:-places], "." + digits[-places:]) if places else (digits, "")
    return ("-" if value < 0 else "") + whole + part


def decimals(denominator):
    """After how many decimals a fraction of this denominator ends, if it does."""
    counts = []
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        counts.append(count)
    return max(counts) if denominator == 1 else None


def ratio(part, whole):
    """part / whole; nothing if there is nothing of the whole."""
    return Fraction(part) / whole if whole else None
