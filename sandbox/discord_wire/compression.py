"""The compression of a gateway connection, as the bot asks for it in its address."""

import importlib
import zlib
from collections.abc import Callable
from typing import Any

Compress = Callable[[bytes], bytes]


def compressor(kind: str) -> Compress | None:
    """What compresses one connection's messages, each flushed so that it can be read at once.

    Args:
        kind: `zlib-stream`, or `zstd-stream` where this Python has it (3.14 and later, or with
            the package `zstandard`: then discord.py asks for it too).

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
    for module in ("zstandard", "compression.zstd"):
        try:
            zstd = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
        return _flushing(zstd)
    return None


def _flushing(zstd: Any) -> Compress:  # noqa: ANN401 - one of two modules, neither always there
    if zstd.__name__ == "compression.zstd":
        stream = zstd.ZstdCompressor()
        return lambda data: bytes(stream.compress(data, mode=stream.FLUSH_BLOCK))
    packer, block = zstd.ZstdCompressor().compressobj(), zstd.COMPRESSOBJ_FLUSH_BLOCK
    return lambda data: bytes(packer.compress(data) + packer.flush(block))
