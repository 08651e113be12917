"""Spark's VARIANT (two byte strings) -> a JSON value. Layout: org.apache.spark.types.variant.VariantUtil."""

import base64
import struct
import uuid
from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal

from headway.results.json_text import JsonValue
from headway.results.moments import date_text, offset_seconds, time_text, timestamp_text
from headway.results.reals import single_value

_DEEPEST = 100  # nested objects and arrays; JSON writers and readers have limits of their own
_SIZES = {3: 1, 4: 2, 5: 4, 6: 8}
_DECIMAL_SIZES = {8: 4, 9: 8, 10: 16}


def variant_value(value: bytes, metadata: bytes, zone: tzinfo) -> JsonValue:
    """Decode a variant; timestamps carry their offset in ``zone``, as Spark's to_json writes them.

    Raises ``ValueError`` when the bytes are not a variant, or one nested more than 100 deep.
    """
    try:
        return _Variant(value, metadata, zone).read(0)
    except (IndexError, struct.error) as error:
        raise ValueError("a VARIANT value is damaged") from error


class _Variant:
    def __init__(self, value: bytes, metadata: bytes, zone: tzinfo) -> None:
        self._value = value
        self._metadata = metadata
        self._zone = zone
        self._depth = 0

    def read(self, at: int) -> JsonValue:
        basic, info = self._value[at] & 3, self._value[at] >> 2
        if basic == 0:
            return self._scalar(info, at + 1)
        if basic == 1:
            return self._text(at + 1, info)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("a VARIANT value is nested too deeply to be shown")
        value = self._object(info, at + 1) if basic == 2 else self._array(info, at + 1)
        self._depth -= 1
        return value

    def _uint(self, at: int, size: int) -> int:
        return int.from_bytes(self._bytes(at, size), "little")

    def _int(self, at: int, size: int) -> int:
        return int.from_bytes(self._bytes(at, size), "little", signed=True)

    def _bytes(self, at: int, size: int) -> bytes:
        if at + size > len(self._value):
            raise IndexError
        return self._value[at : at + size]

    def _text(self, at: int, size: int) -> str:
        return self._bytes(at, size).decode("utf-8", "replace")

    def _key(self, number: int) -> str:
        size = (self._metadata[0] >> 6 & 3) + 1
        count = int.from_bytes(self._metadata[1 : 1 + size], "little")
        place = 1 + size + number * size
        start, end = (int.from_bytes(self._metadata[i : i + size], "little") for i in (place, place + size))
        strings = 1 + (count + 2) * size
        return self._metadata[strings + start : strings + end].decode("utf-8", "replace")

    def _object(self, info: int, at: int) -> JsonValue:
        id_size, offset_size = (info >> 2 & 3) + 1, (info & 3) + 1
        width = 4 if info >> 4 & 1 else 1
        count = self._uint(at, width)
        ids = at + width
        offsets = ids + count * id_size
        data = offsets + (count + 1) * offset_size
        return {
            self._key(self._uint(ids + i * id_size, id_size)): self.read(
                data + self._uint(offsets + i * offset_size, offset_size)
            )
            for i in range(count)
        }

    def _array(self, info: int, at: int) -> JsonValue:
        offset_size = (info & 3) + 1
        width = 4 if info >> 2 & 1 else 1
        count = self._uint(at, width)
        offsets = at + width
        data = offsets + (count + 1) * offset_size
        return [self.read(data + self._uint(offsets + i * offset_size, offset_size)) for i in range(count)]

    def _scalar(self, kind: int, at: int) -> JsonValue:
        if kind in _SIZES:
            return self._int(at, _SIZES[kind])
        if kind in _DECIMAL_SIZES:
            return self._decimal(at, _DECIMAL_SIZES[kind])
        read = self._readers().get(kind)
        if read is None:
            raise ValueError(f"a VARIANT of the unknown kind {kind}")
        return read(at)

    def _readers(self) -> dict[int, Callable[[int], JsonValue]]:
        return {
            0: lambda at: None,
            1: lambda at: True,
            2: lambda at: False,
            7: lambda at: float(struct.unpack_from("<d", self._value, at)[0]),
            11: lambda at: date_text(self._int(at, 4)),
            12: lambda at: self._zoned(self._int(at, 8), "us"),
            13: lambda at: timestamp_text(self._int(at, 8), "us", None),
            14: lambda at: single_value(struct.unpack_from("<f", self._value, at)[0]),
            15: lambda at: base64.b64encode(self._bytes(at + 4, self._uint(at, 4))).decode("ascii"),
            16: lambda at: self._text(at + 4, self._uint(at, 4)),
            17: lambda at: time_text(self._int(at, 8), "us"),
            18: lambda at: self._zoned(self._int(at, 8), "ns"),
            19: lambda at: timestamp_text(self._int(at, 8), "ns", None),
            20: lambda at: str(uuid.UUID(bytes=self._bytes(at, 16))),
        }

    def _decimal(self, at: int, size: int) -> Decimal:
        digits = str(self._int(at + 1, size))
        number = Decimal(f"{digits}e-{self._value[at]}")
        text = format(number, "f")  # exact for 38 digits, unlike arithmetic in the default context
        return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)

    def _zoned(self, value: int, unit: str) -> str:
        per_second = 1_000_000 if unit == "us" else 1_000_000_000
        offset = offset_seconds(value // per_second, self._zone)
        minutes = abs(offset) // 60
        sign = "-" if offset < 0 else "+"
        return f"{timestamp_text(value, unit, self._zone)}{sign}{minutes // 60:02d}:{minutes % 60:02d}"
