"""Floating-point numbers as Spark prints them (java.lang.Double.toString since JDK 19)."""

import math
import struct
from decimal import Decimal

_SMALLEST_NORMAL_FLOAT = 2.0**-126


def real_text(value: float, single: bool) -> str:
    """Give ``0.1``, ``1.0E20``, ``NaN``, ``-Infinity``; ``single`` says that it is a 32-bit float."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    number = Decimal(_shortest_single(value) if single else repr(value)).normalize()
    if len(number.as_tuple().digits) == 1:
        number = Decimal(f"{value:.1e}")  # Java gives two digits, the closest two
    exponent = number.adjusted()
    if -3 <= exponent < 7:
        text = format(number.normalize(), "f")
        return text if "." in text else text + ".0"
    digits = str(number.scaleb(-exponent).normalize())
    return f"{digits if '.' in digits else digits + '.0'}E{exponent}"


def single_value(value: float) -> float:
    """Give the 64-bit number that prints like the 32-bit ``value``: 0.1, not 0.10000000149011612."""
    return float(_shortest_single(value)) if math.isfinite(value) else value


def _shortest_single(value: float) -> str:
    # Six digits are always exact for normal 32-bit floats; fewer only matter below them.
    for digits in range(6 if abs(value) >= _SMALLEST_NORMAL_FLOAT else 1, 10):
        text = f"{value:.{digits}g}"
        if _to_single(float(text)) == value:
            return text
    return repr(value)


def _to_single(value: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.inf
