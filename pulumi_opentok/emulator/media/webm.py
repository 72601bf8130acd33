# SPDX-License-Identifier: Apache-2.0
"""A WebM file with a grey picture (VP8) and silence (Opus). Source: RFC 8794 (EBML), RFC 9559 (Matroska), RFC 6386 (VP8), RFC 7845 (Opus)."""

from __future__ import annotations

import struct

WIDTH, HEIGHT = 320, 240
_BLOCK_BYTES = 3
"""Coded bytes of a macroblock in each of the two partitions, with room to spare."""
_SILENCE = bytes([0xF8, 0xFF, 0xFE])  # 20 ms
_OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
_SKIP_IN_FRONT = 6_500_000  # nanoseconds: the 312 samples of the header
_PROGRAM = b"opentok-emulator"


def file(milliseconds: int, *, video: bool, audio: bool, title: str) -> bytes:
    """A playable file of one stream. ``milliseconds``: at least 1 is written."""
    milliseconds = max(1, milliseconds)
    tracks, blocks = b"", b""
    if video:
        tracks += _track(1, 1, b"V_VP8", _element(0xE0, _number(0xB0, WIDTH), _number(0xBA, HEIGHT)))
        blocks += _block(1, _grey(), milliseconds)
    if audio:
        sound = _element(0xE1, _float(0xB5, 48_000), _number(0x9F, 1))
        tracks += _track(2, 2, b"A_OPUS", _element(0x63A2, _OPUS_HEAD), _number(0x56AA, _SKIP_IN_FRONT), _number(0x56BB, 80_000_000), sound)
        blocks += _block(2, _SILENCE, milliseconds)
    programs = [_element(0x4D80, _PROGRAM), _element(0x5741, _PROGRAM), _element(0x7BA9, title.encode("utf-8"))]
    about = _element(0x1549A966, _number(0x2AD7B1, 1_000_000), _float(0x4489, milliseconds), *programs)
    kind = [_number(0x4286, 1), _number(0x42F7, 1), _number(0x42F2, 4), _number(0x42F3, 8), _element(0x4282, b"webm")]
    header = _element(0x1A45DFA3, *kind, _number(0x4287, 4), _number(0x4285, 2))
    return header + _element(0x18538067, about, _element(0x1654AE6B, tracks), _element(0x1F43B675, _number(0xE7, 0), blocks))


def _grey() -> bytes:
    """A VP8 key frame in which every coded bit is 0.

    That reads: no segments, no filter, no probability changed; every block predicted as the mean of its neighbours, without coefficients.
    """
    partition = bytes(WIDTH * HEIGHT // 256 * _BLOCK_BYTES)
    tag = (len(partition) << 5 | 1 << 4).to_bytes(3, "little")
    return tag + b"\x9d\x01\x2a" + struct.pack("<HH", WIDTH, HEIGHT) + partition * 2


def _track(number: int, kind: int, codec: bytes, *more: bytes) -> bytes:
    return _element(0xAE, _number(0xD7, number), _number(0x73C5, number), _number(0x83, kind), _number(0x9C, 0), _element(0x86, codec), *more)


def _block(track: int, frame: bytes, milliseconds: int) -> bytes:
    return _element(0xA0, _element(0xA1, bytes([0x80 | track, 0, 0, 0]), frame), _number(0x9B, milliseconds))


def _element(identifier: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return identifier.to_bytes((identifier.bit_length() + 7) // 8, "big") + (1 << 56 | len(body)).to_bytes(8, "big") + body


def _number(identifier: int, value: int) -> bytes:
    return _element(identifier, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _float(identifier: int, value: float) -> bytes:
    return _element(identifier, struct.pack(">d", value))
