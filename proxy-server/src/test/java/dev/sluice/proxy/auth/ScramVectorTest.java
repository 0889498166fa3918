package dev.sluice.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.proxy.auth.ScramServer.Proven;
import org.junit.jupiter.api.Test;

/** Against known answers: RFC 7677 section 3, and what PostgreSQL 15 stored for a role. */
final class ScramVectorTest {
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO" + SERVER_NONCE;

  private static final String ASCII_VERIFIER =
      "SCRAM-SHA-256$4096:vlzrKLN/lfIXkdsrMfsL8w==$min6GTThlfNjPK09chafxvqYf7BOfPeiKEJ5eyzFk38="
          + ":NOrcO+KX6pCjSSLhvU8CI4wNhSu1vtRofiatmn3OdPo=";

  /** Of a password with a soft hyphen, two compatibility characters and a letter beyond ASCII. */
  private static final String UNICODE_VERIFIER =
      "SCRAM-SHA-256$4096:VTpGZUhRsZh3brF0zWcXRw==$Gw+AouxqlByrf1PYZAlVI46m0VSeOk8d1XHlrUW4U1c="
          + ":Rx1R+VD7E2esukWhMVQ2GHJj4fujihhaIYWPhAcFA68=";

  @Test
  void serverFollowsTheExampleOfRfc7677() throws ScramException {
    ScramServer server = new ScramServer(4096, SALT, SERVER_NONCE, null);
    assertEquals(
        "r=" + NONCE + ",s=" + SALT + ",i=4096",
        server.onClientFirst("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
    var clientFinal =
        server.onClientFinal(
            "c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

    ScramKeys keys = ScramKeys.derive(SecretBytes.utf8("pencil"), 4096, SALT);
    Proven proven = server.verify(clientFinal, keys.verifier());

    assertNotNull(proven);
    assertEquals("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", proven.serverFinal());
    assertEquals(keys, proven.keys(), "the proof gives the client's key away");
    ScramKeys otherKeys = ScramKeys.derive(SecretBytes.utf8("Pencil"), 4096, SALT);
    assertNull(server.verify(clientFinal, otherKeys.verifier()));
  }

  @Test
  void clientMakesTheProofThatTheFormulaOfRfc5802Demands() throws ScramException {
    ScramClient client = new ScramClient("rOprNGfwEbeRWgbNEkqO", null);
    assertEquals("n,,n=,r=rOprNGfwEbeRWgbNEkqO", client.first());
    String serverFirst = "r=" + NONCE + ",s=" + SALT + ",i=4096";
    client.onServerFirst(serverFirst);
    ScramKeys keys = ScramKeys.derive(SecretBytes.utf8("pencil"), 4096, SALT);

    ScramServer server = new ScramServer(4096, SALT, SERVER_NONCE, null);
    assertEquals(serverFirst, server.onClientFirst(client.first()));
    Proven proven = server.verify(server.onClientFinal(client.finalMessage(keys)), keys.verifier());
    assertNotNull(proven);
    client.onServerFinal(proven.serverFinal());
  }

  @Test
  void verifiersOfPostgresqlMatchTheirPasswords() {
    ScramVerifier ascii = ScramVerifier.parse(ASCII_VERIFIER);
    assertNotNull(ascii);
    assertTrue(ascii.matches(SecretBytes.utf8("correct horse battery staple")));
    assertFalse(ascii.matches(SecretBytes.utf8("correct horse battery stapl")));

    ScramVerifier unicode = ScramVerifier.parse(UNICODE_VERIFIER);
    assertNotNull(unicode);
    assertTrue(unicode.matches(SecretBytes.utf8("I\u00ADX \u00aa \u2168 p\u00e4ss")));
    assertTrue(unicode.matches(SecretBytes.utf8("IX a IX p\u00e4ss")), "its normal form");
    assertFalse(unicode.matches(SecretBytes.utf8("IX a IX pass")));
  }

  @Test
  void verifiersThatAreSpoiltAreNotParsed() {
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.substring(0, ASCII_VERIFIER.length() - 1)));
    assertNull(ScramVerifier.parse(ASCII_VERIFIER + " "));
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.replace("4096", "0")));
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.replace("4096", "1000001")));
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.replace("4096", "-1")));
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.replace("8w==", "8x==")), "stray low bits");
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.replace("L8w==", "L8w")), "padding missing");
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.replace("min6", "")), "a key of 29 bytes");
    assertNull(ScramVerifier.parse(ASCII_VERIFIER.replace("256", "512")));
  }

  @Test
  void md5HashesArePostgresqls() {
    Md5Hash stored = Md5Hash.parse("md5b402a7c969122b550981664871f15953");
    assertNotNull(stored);
    assertEquals(stored, Md5Hash.of("carol", SecretBytes.utf8("md5 secret")));
    assertNull(Md5Hash.parse("md5b402a7c969122b550981664871f1595"));
    assertNull(Md5Hash.parse("md5b402a7c969122b550981664871f1595g"));
  }
}
