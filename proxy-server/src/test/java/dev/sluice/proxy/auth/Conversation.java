package dev.sluice.proxy.auth;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One login of our client side's machine at our server side's, kept message by message. */
final class Conversation {
  /** Bodies of {@code R} messages, in order. */
  final List<byte[]> fromServer = new ArrayList<>();

  /** Bodies of {@code p} messages, in order. */
  final List<byte[]> fromClient = new ArrayList<>();

  /** How the server's side ended. */
  private final AuthStep outcome;

  private @Nullable BackendAuthStep clientOutcome;

  private Conversation(ClientAuthentication server, BackendAuthentication client) {
    AuthStep step = server.start();
    while (true) {
      step = step instanceof AuthStep.Pending pending ? pending.step().join() : step;
      List<byte[]> answers =
          switch (step) {
            case AuthStep.Send send -> deliver(send.messages(), client);
            case AuthStep.Authenticated authenticated -> deliver(authenticated.messages(), client);
            case AuthStep.Rejected _ -> List.of();
            case AuthStep.Pending _ -> throw new AssertionError("pending after pending");
          };
      if (answers.isEmpty()) {
        outcome = step;
        return;
      }
      fromClient.add(answers.getFirst());
      step = server.onResponse(Unpooled.wrappedBuffer(answers.getFirst()));
    }
  }

  static Conversation run(ClientAuthentication server, BackendAuthentication client) {
    return new Conversation(server, client);
  }

  AuthStep outcome() {
    return outcome;
  }

  AuthStep.Authenticated authenticated() {
    if (outcome instanceof AuthStep.Authenticated authenticated
        && clientOutcome instanceof BackendAuthStep.Ok) {
      return authenticated;
    }
    throw new AssertionError("server: " + outcome + ", client: " + clientOutcome);
  }

  AuthStep.Rejected rejected() {
    if (outcome instanceof AuthStep.Rejected rejected) {
      return rejected;
    }
    throw new AssertionError("server: " + outcome + ", client: " + clientOutcome);
  }

  private List<byte[]> deliver(AuthMessages messages, BackendAuthentication client) {
    List<byte[]> answers = new ArrayList<>();
    for (byte[] body : Wire.bodies(messages, 'R')) {
      fromServer.add(body);
      BackendAuthStep step = client.onRequest(Unpooled.wrappedBuffer(body));
      step = step instanceof BackendAuthStep.Pending pending ? pending.step().join() : step;
      clientOutcome = step;
      if (step instanceof BackendAuthStep.Send send) {
        answers.add(Wire.body(send.message(), 'p'));
      }
    }
    return answers;
  }
}
