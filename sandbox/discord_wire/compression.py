"""The compression of a gateway connection, as the bot asks for it in its address."""

import importlib
import zlib
from collections.abc import Callable

Compress = Callable[[bytes], bytes]


def compressor(kind: str) -> Compress | None:
    """What compresses one connection's messages, each flushed so that it can be read at once.

    Args:
        kind: `zlib-stream` or `zstd-stream` (where this Python has it: 3.14 and later).

    Returns:
        None for a kind that cannot be served.
    """
    if kind == "zlib-stream":
        return _zlib()
    if kind == "zstd-stream":
        return _zstd()
    return None


def _zlib() -> Compress:
    stream = zlib.compressobj()

    def compress(data: bytes) -> bytes:
        return stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)

    return compress


def _zstd() -> Compress | None:
    try:
        zstd = importlib.import_module("compression.zstd")
    except ModuleNotFoundError:
        return None
    stream = zstd.ZstdCompressor()

    def compress(data: bytes) -> bytes:
        packed: bytes = stream.compress(data, mode=stream.FLUSH_BLOCK)
        return packed

    return compress
