package dev.sluice.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM and the channel it runs in (RFC 5802 section 6). */
class ScramBindingTest {
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final ChannelBinding OURS = ChannelBinding.of(new byte[] {1, 2, 3});
  private static final ChannelBinding OTHER = ChannelBinding.of(new byte[] {1, 2, 4});

  private static ScramServer server(@Nullable ChannelBinding binding) {
    return new ScramServer(4096, SALT, "s", binding);
  }

  /** Whether the server finds that the client means the same channel. */
  private static boolean bound(ChannelBinding seenByClient) throws ScramException {
    ScramServer server = server(OURS);
    ScramClient client = new ScramClient("c", seenByClient);
    server.bind(client.choose(true));
    client.onServerFirst(server.onClientFirst(client.first()));
    ScramKeys keys = ScramKeys.derive(SecretBytes.utf8("pencil"), 4096, SALT);
    return server.onClientFinal(client.finalMessage(keys)).bound();
  }

  @Test
  void theSameCertificateAndAnother() throws ScramException {
    assertTrue(bound(OURS));
    assertFalse(bound(OTHER));
  }

  @Test
  void aClientSaysWhatItThinksOfTheServer() {
    ScramClient able = new ScramClient("c", OURS);
    assertTrue(able.choose(true));
    assertEquals("p=tls-server-end-point,,n=,r=c", able.first());
    assertFalse(able.choose(false));
    assertEquals("y,,n=,r=c", able.first());
    ScramClient unable = new ScramClient("c", null);
    assertFalse(unable.choose(true));
    assertEquals("n,,n=,r=c", unable.first());
  }

  @ParameterizedTest
  @ValueSource(strings = {"n,,n=,r=c", "y,,n=,r=c", "p=tls-unique,,n=,r=c"})
  void whoChoosesToBindMustDoIt(String first) {
    ScramServer server = server(OURS);
    server.bind(true);
    assertThrows(ScramException.class, () -> server.onClientFirst(first));
  }

  @Test
  void whoDoesNotChooseToBindCannot() {
    assertThrows(
        ScramException.class, () -> server(OURS).onClientFirst("p=tls-server-end-point,,n=,r=c"));
  }

  @Test
  void aDowngradeIsSeen() throws ScramException {
    ScramServer offering = server(OURS);
    offering.onClientFirst("y,,n=,r=c");
    assertTrue(offering.downgraded());
    ScramServer plain = server(null);
    plain.onClientFirst("y,,n=,r=c");
    assertFalse(plain.downgraded());
    ScramServer indifferent = server(OURS);
    indifferent.onClientFirst("n,,n=,r=c");
    assertFalse(indifferent.downgraded());
  }
}
