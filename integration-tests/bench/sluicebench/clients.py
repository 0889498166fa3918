"""Many connections from one thread: logins as fast as they go, and clients that stay."""

import errno
import select
import socket
import time

from sluicebench import wire

READ_SIZE = 65536

# Not in every Python's socket module (linux/in.h): the port is chosen at connect, by the whole four-tuple.
_IP_BIND_ADDRESS_NO_PORT = 24

# How long everything may stand still before the other side is taken to hang.
_STALL_SECONDS = 10


class _Dialler:
    """Opens connections and sends the startup packet, from many loopback addresses.

    One address has 28000 ports, and a closed connection holds its port for a while: logins would run out of them.
    """

    def __init__(self, port, user, database):
        self._port = port
        self._greeting = wire.startup(user, database)
        self._count = 0

    def dial(self):
        opened = socket.socket()
        try:
            opened.setblocking(False)
            opened.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.bind((f"127.0.0.{self._count % 200 + 1}", 0))
            self._count += 1
            result = opened.connect_ex(("127.0.0.1", self._port))
            if result not in (0, errno.EINPROGRESS):
                raise OSError(result, f"connection to port {self._port} failed")
            try:
                # On loopback the handshake is over when connect returns, unless the listener's backlog is full.
                opened.send(self._greeting)
            except BlockingIOError:
                opened.settimeout(_STALL_SECONDS)
                opened.sendall(self._greeting)
                opened.setblocking(False)
        except BaseException:
            opened.close()
            raise
        return opened


class _Logins:
    """Logins under way. `next_done` gives one that is over, with the seconds it took."""

    def __init__(self, dialler):
        self._dialler = dialler
        self._pending = {}
        self._poller = select.epoll()

    def __len__(self):
        return len(self._pending)

    def begin(self):
        started = time.perf_counter()
        opened = self._dialler.dial()
        self._pending[opened.fileno()] = (opened, started, bytearray())
        self._poller.register(opened, select.EPOLLIN)

    def done(self):
        """Waits for answers; the logins that they completed, as (socket, seconds)."""
        events = self._poller.poll(_STALL_SECONDS)
        if not events:
            raise wire.WireError(f"no login was answered for {_STALL_SECONDS} s")
        for descriptor, _ in events:
            opened, started, received = self._pending[descriptor]
            part = opened.recv(READ_SIZE)
            received += part
            if not part or received[:1] == b"E":
                raise wire.WireError(f"a login failed: {bytes(received)!r}")
            if received[-6:-1] == b"Z\0\0\0\5":
                self._poller.unregister(descriptor)
                del self._pending[descriptor]
                yield opened, time.perf_counter() - started

    def close(self):
        self._poller.close()
        for opened, _, _ in self._pending.values():
            opened.close()


def open_clients(port, user, database, count, at_once=100):
    """Logged-in connections that say nothing. The caller closes them with close_clients."""
    logged_in = []
    logins = _Logins(_Dialler(port, user, database))
    try:
        begun = 0
        while len(logged_in) < count:
            while begun < count and len(logins) < at_once:
                logins.begin()
                begun += 1
            logged_in.extend(opened for opened, _ in logins.done())
    except BaseException:
        close_clients(logged_in)
        raise
    finally:
        logins.close()
    return logged_in


def close_clients(clients):
    for client in clients:
        try:
            client.send(wire.TERMINATE)
        except OSError:
            pass
        client.close()


def login_durations(port, user, database, seconds, at_once):
    """Logs in and leaves, over and over; the seconds that each login took from connect to ReadyForQuery."""
    durations = []
    logins = _Logins(_Dialler(port, user, database))
    try:
        for _ in range(at_once):
            logins.begin()
        end = time.perf_counter() + seconds
        while len(logins):
            for opened, duration in logins.done():
                durations.append(duration)
                opened.send(wire.TERMINATE)
                opened.close()
                if time.perf_counter() < end:
                    logins.begin()
    finally:
        logins.close()
    return durations
