package dev.sluice.it.differential;

import dev.sluice.it.wire.FrontendMessage;
import dev.sluice.it.wire.Login;
import java.util.List;

/** One thing that a case does, in the order in which it is written down. */
sealed interface Step {

  /** Logs in as the file says; the answers belong to the transcript. */
  record LogIn(Login login) implements Step {}

  /** SSLRequest or GSSENCRequest, and its one byte of answer. */
  record AskEncryption(FrontendMessage request) implements Step {}

  /**
   * Messages that go out in one write.
   *
   * @param fresh whether this starts a batch: before it, other clients may use the pool if the
   *     server owes nothing
   */
  record Send(List<FrontendMessage> messages, boolean fresh) implements Step {}

  /** Reads through that many ReadyForQuery. */
  record ReadReady(int times) implements Step {}

  /** Reads up to and with the first message of this tag. */
  record ReadTo(char tag) implements Step {}

  /** Reads until the server closes. */
  record ReadEnd() implements Step {}

  /**
   * Waits until the server runs a statement with this text in it and sleeps there, then asks to
   * cancel it.
   */
  record CancelSleeping(String text) implements Step {}
}
