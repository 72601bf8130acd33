# SPDX-License-Identifier: Apache-2.0
"""An MP4 file with a grey picture (H.264) and silence (AAC). Source: ISO/IEC 14496-12, -14 and -15 (boxes), 14496-3 (the frame)."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable

from . import h264

_SILENCE = bytes([0, 0, 0, 7])  # one channel without a single band, then the end
_AUDIO_RATE = 48_000
_AAC_LC = bytes([0x11, 0x88])  # 48 kHz, one channel
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED = 0x55C4  # the language "und"


@dataclasses.dataclass(frozen=True)
class _Track:
    """One sample that lasts as long as the file."""

    kind: bytes
    header: bytes
    description: bytes
    scale: int
    sample: bytes
    size: tuple[int, int] = (0, 0)


def file(milliseconds: int, *, video: tuple[int, int] | None, audio: bool, title: str, comment: str) -> bytes:
    """A playable file. ``video``: width and height in pixels (even), None for no video. ``milliseconds``: at least 1 is written."""
    milliseconds = max(1, milliseconds)
    tracks = ([_video(*video)] if video else []) + ([_audio()] if audio else [])
    start = _box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2avc1mp41")
    samples = b"".join(track.sample for track in tracks)
    metadata = _metadata(title, comment)

    def movie(offset: int) -> bytes:
        parts = []
        for number, track in enumerate(tracks, 1):
            parts.append(_track(number, track, milliseconds, offset))
            offset += len(track.sample)
        return _box(b"moov", _movie_header(milliseconds, len(tracks) + 1), *parts, metadata)

    return start + _placed(movie, len(start)) + _box(b"mdat", samples)


def _placed(movie: Callable[[int], bytes], before: int) -> bytes:
    """The movie box, which says where the samples behind it begin; its size does not depend on that."""
    return movie(before + len(movie(0)) + 8)


def _video(width: int, height: int) -> _Track:
    picture = h264.grey(width, height)
    sets = [struct.pack(">BH", 0xE1, len(picture.sequence_set)), picture.sequence_set, b"\x01", struct.pack(">H", len(picture.picture_set))]
    configuration = _box(b"avcC", b"\x01", picture.sequence_set[1:4], b"\xff", *sets, picture.picture_set)
    size = struct.pack(">16xHHII4xH32xHh", width, height, 0x480000, 0x480000, 1, 24, -1)
    description = _box(b"avc1", struct.pack(">6xH", 1), size, configuration)
    sample = struct.pack(">I", len(picture.slice)) + picture.slice
    return _Track(b"vide", _full(b"vmhd", 1, bytes(8)), description, 1000, sample, (width, height))


def _audio() -> _Track:
    decoder = _descriptor(4, struct.pack(">BB3xII", 0x40, 0x15, 0, 0) + _descriptor(5, _AAC_LC))
    stream = _descriptor(3, struct.pack(">HB", 0, 0) + decoder + _descriptor(6, b"\x02"))
    description = _box(b"mp4a", struct.pack(">6xH8xHH4xI", 1, 1, 16, _AUDIO_RATE << 16), _full(b"esds", 0, stream))
    return _Track(b"soun", _full(b"smhd", 0, bytes(4)), description, _AUDIO_RATE, _SILENCE)


def _track(number: int, track: _Track, milliseconds: int, offset: int) -> bytes:
    volume, (width, height) = 0x100 if track.kind == b"soun" else 0, track.size
    place = struct.pack(">8xHHH2x", 0, 0, volume) + _MATRIX + struct.pack(">II", width << 16, height << 16)
    header = _full(b"tkhd", 3, struct.pack(">8xI4xI", number, milliseconds) + place)
    duration = milliseconds * track.scale // 1000
    media = _full(b"mdhd", 0, struct.pack(">8xIIH2x", track.scale, duration, _UNDETERMINED))
    handler = _full(b"hdlr", 0, struct.pack(">4x4s12x", track.kind) + b"\0")
    here = _box(b"dinf", _full(b"dref", 0, struct.pack(">I", 1) + _full(b"url ", 1)))
    table = _box(
        b"stbl",
        _full(b"stsd", 0, struct.pack(">I", 1) + track.description),
        _full(b"stts", 0, struct.pack(">III", 1, 1, duration)),
        _full(b"stsc", 0, struct.pack(">IIII", 1, 1, 1, 1)),
        _full(b"stsz", 0, struct.pack(">II", len(track.sample), 1)),
        _full(b"stco", 0, struct.pack(">II", 1, offset)),
    )
    return _box(b"trak", header, _box(b"mdia", media, handler, _box(b"minf", track.header, here, table)))


def _movie_header(milliseconds: int, next_track: int) -> bytes:
    body = struct.pack(">8xIIIH10x", 1000, milliseconds, 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", next_track)
    return _full(b"mvhd", 0, body)


def _metadata(title: str, comment: str) -> bytes:
    texts = [(b"\xa9nam", title), (b"\xa9cmt", comment)]
    items = [_box(name, _box(b"data", struct.pack(">II", 1, 0), text.encode("utf-8"))) for name, text in texts if text]
    return _box(b"udta", _full(b"meta", 0, _full(b"hdlr", 0, struct.pack(">4x4s12x", b"mdir") + b"\0") + _box(b"ilst", *items)))


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, name) + body


def _full(name: bytes, flags: int, body: bytes = b"") -> bytes:
    """A box of version 0."""
    return _box(name, struct.pack(">I", flags), body)


def _descriptor(tag: int, body: bytes) -> bytes:
    return bytes([tag, len(body)]) + body
