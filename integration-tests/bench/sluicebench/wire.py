"""As much of PostgreSQL's protocol 3.0 as the benchmark needs: login without a password, queries, answers.

PostgreSQL manual, chapter "Frontend/Backend Protocol", section "Message Formats".
"""

import socket
import struct

from sluicebench import tls as tls_

TERMINATE = b"X\0\0\0\4"
SYNC = b"S\0\0\0\4"


class WireError(Exception):
    """PostgreSQL or the proxy answered with an error, or not in the protocol."""


def startup(user, database):
    body = struct.pack("!I", 196608)
    for word in ("user", user, "database", database):
        body += word.encode() + b"\0"
    body += b"\0"
    return struct.pack("!I", len(body) + 4) + body


def message(tag, body):
    return tag + struct.pack("!I", len(body) + 4) + body


def query(sql):
    return message(b"Q", sql.encode() + b"\0")


def parse(name, sql):
    return message(b"P", name.encode() + b"\0" + sql.encode() + b"\0" + struct.pack("!H", 0))


def bind_and_execute(name, parameters):
    """Bind the statement to the unnamed portal with text parameters, and Execute it without a row limit."""
    body = b"\0" + name.encode() + b"\0" + struct.pack("!HH", 0, len(parameters))
    for parameter in parameters:
        value = parameter.encode()
        body += struct.pack("!I", len(value)) + value
    body += struct.pack("!H", 0)
    return message(b"B", body) + message(b"E", b"\0" + struct.pack("!I", 0))


def split(buffer):
    """The complete messages at the start of the buffer as (tag, body), and what is left behind them."""
    found = []
    at = 0
    while at + 5 <= len(buffer):
        (length,) = struct.unpack_from("!I", buffer, at + 1)
        end = at + 1 + length
        if end > len(buffer):
            break
        found.append((buffer[at : at + 1], buffer[at + 5 : end]))
        at = end
    return found, buffer[at:]


def row(body):
    """The values of a DataRow body as text; None for a null."""
    (columns,) = struct.unpack_from("!H", body, 0)
    at = 2
    values = []
    for _ in range(columns):
        (length,) = struct.unpack_from("!i", body, at)
        at += 4
        if length < 0:
            values.append(None)
        else:
            values.append(body[at : at + length].decode())
            at += length
    return values


def error_text(body):
    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
    return f"{fields.get(b'S', '?')} {fields.get(b'C', '?')}: {fields.get(b'M', '?')}"


class Connection:
    """A blocking connection for the benchmark's own questions."""

    def __init__(self, host, port, user, database, timeout=20, tls=False):
        if host.startswith("/"):
            self._socket = socket.socket(socket.AF_UNIX)
            address = f"{host}/.s.PGSQL.{port}"
        else:
            self._socket = socket.socket()
            address = (host, port)
        self._socket.settimeout(timeout)
        self._rest = b""
        try:
            self._socket.connect(address)
            if tls:
                self._socket = tls_.secure(self._socket)
            self._socket.sendall(startup(user, database))
            self._read_until_ready()
        except BaseException:
            self._socket.close()
            raise

    def query(self, sql):
        self._socket.sendall(query(sql))
        return self._read_until_ready()

    def _read_until_ready(self):
        rows = []
        failure = None
        while True:
            messages, self._rest = split(self._rest)
            for tag, body in messages:
                if tag == b"D":
                    rows.append(row(body))
                elif tag == b"E":
                    failure = failure or error_text(body)
                elif tag == b"R" and body != b"\0\0\0\0":
                    raise WireError("a password is asked for; the benchmark logs in with trust")
                elif tag == b"Z":
                    if failure is not None:
                        raise WireError(failure)
                    return rows
            received = self._socket.recv(65536)
            if not received:
                raise WireError(failure or "the connection was closed")
            self._rest += received

    def close(self):
        try:
            self._socket.sendall(TERMINATE)
        except OSError:
            pass
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def accepts(host, port, user, database, tls=False):
    """Whether a client can log in and have a query answered."""
    try:
        with Connection(host, port, user, database, timeout=5, tls=tls) as connection:
            return connection.query("select 1") == [["1"]]
    except (OSError, WireError):
        return False
