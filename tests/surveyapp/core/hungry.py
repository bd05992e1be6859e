"""Readers that take what no reader should: the process in which files are read gives them none of it."""

import os
import socket
from pathlib import Path


def memory(_content: bytes, _name: str) -> bytes:
    """Take two gigabytes."""
    return bytes(len(bytearray(2 * 10**9)) % 7)


def time(_content: bytes, _name: str) -> bytes:
    """Never come to an end."""
    while True:
        pass


def disk(_content: bytes, name: str) -> bytes:
    """Write a file."""
    return str(Path(name).write_bytes(b"x")).encode()


def surroundings(_content: bytes, _name: str) -> bytes:
    """Tell what the process knows of its surroundings."""
    return repr(sorted(os.environ)).encode()


def words(_content: bytes, _name: str) -> bytes:
    """Tell what everybody on the machine sees of the process."""
    return Path("/proc/self/cmdline").read_bytes()


def network(content: bytes, _name: str) -> bytes:
    """Call somebody."""
    with socket.create_connection(("127.0.0.1", int(content)), timeout=5):
        return b"called"


def echo(content: bytes, name: str) -> bytes:
    """Hand back what came."""
    return name.encode() + b":" + content
