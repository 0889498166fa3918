"""Clients that ask for their own number in every way a client can ask, and check what comes back."""

import select

from sluicebench import wire
from sluicebench.clients import READ_SIZE

STYLES = ("simple", "extended", "prepared", "transaction")

_STALL_SECONDS = 30


class Conversation:
    """One client. A step is bytes to send and the answer expected: rows, and the status in ReadyForQuery."""

    def __init__(self, number, connection, styles, rounds):
        self.connection = connection
        self.answers = 0
        self.wrong = []
        self._number = number
        self._steps = self._script(styles, rounds)
        self._expected = None
        self._received = b""
        self._rows = []
        self._failure = None

    def _script(self, styles, rounds):
        if "prepared" in styles:
            # Every client's statement has the same name and another text.
            yield wire.parse("own", f"select $1::text || '@{self._number}'") + wire.SYNC, ([], b"I")
        for round_ in range(rounds):
            own = f"{self._number}:{round_}"
            style = styles[round_ % len(styles)]
            if style == "simple":
                yield wire.query(f"select '{own}'"), ([[own]], b"I")
            elif style == "extended":
                yield wire.parse("", "select $1::text") + wire.bind_and_execute("", [own]) + wire.SYNC, ([[own]], b"I")
            elif style == "prepared":
                yield wire.bind_and_execute("own", [own]) + wire.SYNC, ([[f"{own}@{self._number}"]], b"I")
            else:
                yield wire.query("begin"), ([], b"T")
                yield wire.query(f"select '{own}'"), ([[own]], b"T")
                yield wire.query("commit"), ([], b"I")

    def send_next(self):
        """Sends the next step; false when there is none left."""
        step = next(self._steps, None)
        if step is None:
            return False
        outgoing, self._expected = step
        self.connection.sendall(outgoing)
        return True

    def receive(self):
        """Reads what has come; true when the answer to the last step is complete."""
        part = self.connection.recv(READ_SIZE)
        if not part:
            raise wire.WireError(f"client {self._number}: the connection was closed")
        messages, self._received = wire.split(self._received + part)
        for tag, body in messages:
            if tag == b"D":
                self._rows.append(wire.row(body))
            elif tag == b"E":
                self._failure = wire.error_text(body)
            elif tag == b"Z":
                self._check(body)
                return True
        return False

    def _check(self, status):
        got = (self._rows, status)
        if self._failure is not None or got != self._expected:
            self.wrong.append(f"client {self._number}: expected {self._expected}, got {self._failure or got}")
        self.answers += 1
        self._rows = []
        self._failure = None


def converse(connections, styles, rounds, on_progress):
    """Runs a conversation on every connection at once; `on_progress` is called now and then. Returns them."""
    conversations = {
        connection.fileno(): Conversation(number, connection, styles, rounds)
        for number, connection in enumerate(connections)
    }
    with select.epoll() as poller:
        for descriptor in conversations:
            poller.register(descriptor, select.EPOLLIN)
        busy = sum(conversation.send_next() for conversation in conversations.values())
        while busy:
            events = poller.poll(_STALL_SECONDS)
            if not events:
                raise wire.WireError(f"{busy} clients wait for an answer, and none came for {_STALL_SECONDS} s")
            for descriptor, _ in events:
                conversation = conversations[descriptor]
                if conversation.receive() and not conversation.send_next():
                    busy -= 1
            on_progress()
    return list(conversations.values())
