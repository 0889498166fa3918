"""A certificate for both poolers, and TLS for the benchmark's own connections."""

import dataclasses
import pathlib
import ssl
import struct
import subprocess

from sluicebench.process import BenchError

_SSL_REQUEST = struct.pack("!II", 8, 80877103)


# By the name of the key, what openssl makes it with.
KINDS = {"ec": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), "rsa": ("rsa:2048",)}


@dataclasses.dataclass(frozen=True)
class Certificate:
    certificate: pathlib.Path
    key: pathlib.Path


def make(scratch, kind):
    pair = Certificate(scratch / "server.crt", scratch / "server.key")
    argv = ["openssl", "req", "-x509", "-newkey", *KINDS[kind], "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    argv += ["-keyout", str(pair.key), "-out", str(pair.certificate)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"openssl made no certificate:\n{done.stderr}")
    # For the user that PgBouncer runs as; it guards nothing.
    pair.key.chmod(0o644)
    return pair


def secure(opened):
    """Asks for TLS on a socket on which nothing has been said, as sslmode=require does."""
    opened.sendall(_SSL_REQUEST)
    answer = opened.recv(1)
    if answer != b"S":
        raise OSError(f"TLS was asked for and {answer!r} answered")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(opened)
