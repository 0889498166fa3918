import socket
import struct
import unittest

from sluicebench import wire
from sluicebench.conversation import Conversation


def data_row(value):
    body = struct.pack("!HI", 1, len(value)) + value.encode()
    return wire.message(b"D", body)


class SplitTest(unittest.TestCase):
    def test_a_stream_cut_anywhere_gives_the_same_messages(self):
        stream = data_row("7:0") + wire.message(b"C", b"SELECT 1\0") + wire.message(b"Z", b"I")
        whole, _ = wire.split(stream)
        for at in range(len(stream) + 1):
            first, rest = wire.split(stream[:at])
            second, rest = wire.split(rest + stream[at:])
            self.assertEqual(whole, first + second)
            self.assertEqual(b"", rest)

    def test_a_row_has_nulls_and_values(self):
        self.assertEqual([None, "x"], wire.row(struct.pack("!HiI", 2, -1, 1) + b"x"))

    def test_an_error_names_its_sqlstate(self):
        self.assertEqual("ERROR 53300: full", wire.error_text(b"SERROR\0C53300\0Mfull\0\0"))


class ConversationTest(unittest.TestCase):
    def ask_and_answer(self, answer):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            conversation = Conversation(7, ours, ("simple",), 1)
            self.assertTrue(conversation.send_next())
            self.assertIn(b"select '7:0'", theirs.recv(1000))
            theirs.sendall(answer)
            self.assertTrue(conversation.receive())
            return conversation.wrong

    def test_its_own_answer_is_right(self):
        self.assertEqual([], self.ask_and_answer(data_row("7:0") + wire.message(b"Z", b"I")))

    def test_another_clients_answer_is_wrong(self):
        self.assertEqual(1, len(self.ask_and_answer(data_row("8:0") + wire.message(b"Z", b"I"))))

    def test_a_lost_answer_is_wrong(self):
        self.assertEqual(1, len(self.ask_and_answer(wire.message(b"Z", b"I"))))

    def test_a_left_over_transaction_is_wrong(self):
        self.assertEqual(1, len(self.ask_and_answer(data_row("7:0") + wire.message(b"Z", b"T"))))

    def test_an_error_is_wrong(self):
        error = wire.message(b"E", b"SERROR\0C08006\0Mgone\0\0")
        wrong = self.ask_and_answer(error + wire.message(b"Z", b"I"))
        self.assertIn("08006", wrong[0])


if __name__ == "__main__":
    unittest.main()
