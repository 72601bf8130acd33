# SPDX-License-Identifier: Apache-2.0
"""One grey picture in H.264. Source: ITU-T H.264, 7.3 (syntax) and 9.1, 9.2 (codes)."""

from __future__ import annotations

import dataclasses
import functools

_BASELINE, _LEVEL_4 = 66, 40
_MACROBLOCK = "00100" "1" "1" "1"
"""I_16x16 with DC prediction of luma, then of chroma, the quantizer as it is, no coefficient: without neighbours that is grey."""


@dataclasses.dataclass(frozen=True)
class Picture:
    """A coded picture: parameter sets and the slice, as NAL units without start codes."""

    width: int
    height: int
    sequence_set: bytes
    picture_set: bytes
    slice: bytes


@functools.lru_cache(maxsize=16)
def grey(width: int, height: int) -> Picture:
    """A grey picture of ``width`` x ``height`` pixels, both even."""
    columns, lines = -(-width // 16), -(-height // 16)
    right, bottom = (columns * 16 - width) // 2, (lines * 16 - height) // 2
    size = _ue(columns - 1) + _ue(lines - 1)
    cropping = "1" + _ue(0) + _ue(right) + _ue(0) + _ue(bottom)
    # ids 0, frame numbers of 4 bits, order as output order, no reference frames; frames only, 8x8 inference, no usability information
    sequence = f"{_BASELINE:08b}11000000{_LEVEL_4:08b}" + _ue(0) + _ue(0) + _ue(2) + _ue(0) + "0" + size + "11" + cropping + "0"
    # ids 0, CAVLC, one slice group, no weights, quantizers 26; deblocking is said in the slice
    picture = _ue(0) + _ue(0) + "00" + _ue(0) + _ue(0) + _ue(0) + "000" + _ue(0) * 3 + "100"
    # from macroblock 0, all of type I, set 0, frame 0, picture 0, no reference marking, quantizer as set, no deblocking
    header = _ue(0) + _ue(7) + _ue(0) + "0000" + _ue(0) + "00" + _ue(0) + _ue(1)
    return Picture(width, height, _nal(7, sequence), _nal(8, picture), _nal(5, header + _MACROBLOCK * (columns * lines)))


def _ue(value: int) -> str:
    """An Exp-Golomb code."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _nal(kind: int, bits: str) -> bytes:
    bits += "1"
    bits += "0" * (-len(bits) % 8)
    payload = bytearray()
    zeros = 0
    for byte in int(bits, 2).to_bytes(len(bits) // 8, "big"):
        if zeros >= 2 and byte <= 3:
            payload.append(3)  # so that no start code appears
            zeros = 0
        payload.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes([0x60 | kind]) + bytes(payload)
