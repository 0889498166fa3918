package dev.sluice.proxy.auth.ldap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.util.ssl.KeyStoreKeyManager;
import com.unboundid.util.ssl.SSLUtil;
import com.unboundid.util.ssl.TrustAllTrustManager;
import com.unboundid.util.ssl.TrustStoreTrustManager;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Accepted;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Answer;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Refused;
import dev.sluice.proxy.auth.ldap.LdapDirectory.Unavailable;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A directory with a certificate: who issued it, and for which host. */
class LdapTlsTest {
  private static final String BASE = "dc=example,dc=org";
  private static final String PASSWORD = "key store";

  @TempDir private Path folder = Path.of("");
  private @Nullable InMemoryDirectoryServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.shutDown(true);
    }
  }

  /**
   * Starts it.
   *
   * @param host whom the certificate is for
   */
  private LdapDirectory start(LdapSettings.Encryption encryption, String host, boolean trusted)
      throws Exception {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "directory",
                "-dname",
                "CN=" + host,
                "-ext",
                "SAN=dns:" + host,
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertEquals(0, keytool.waitFor());
    SSLUtil ours =
        new SSLUtil(
            new KeyStoreKeyManager(keys.toString(), PASSWORD.toCharArray()),
            new TrustAllTrustManager());
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
    config.setListenerConfigs(
        encryption == LdapSettings.Encryption.LDAPS
            ? InMemoryListenerConfig.createLDAPSConfig("s", ours.createSSLServerSocketFactory())
            : InMemoryListenerConfig.createLDAPConfig("s", null, 0, ours.createSSLSocketFactory()));
    config.setSchema(null);
    InMemoryDirectoryServer started = new InMemoryDirectoryServer(config);
    server = started;
    started.startListening();
    started.add("dn: " + BASE, "objectClass: domain", "dc: example");
    started.add(
        "dn: uid=alice," + BASE, "objectClass: person", "uid: alice", "userPassword: wonder");
    LdapOptions options =
        new LdapOptions(
            null,
            "localhost",
            started.getListenPort(),
            encryption == LdapSettings.Encryption.LDAPS,
            encryption == LdapSettings.Encryption.START_TLS,
            "uid=",
            "," + BASE,
            null,
            null,
            null,
            null,
            null);
    SSLContext trust =
        trusted
            ? new SSLUtil(
                    new TrustStoreTrustManager(
                        keys.toString(), PASSWORD.toCharArray(), "PKCS12", true))
                .createSSLContext()
            : SSLContext.getDefault();
    return new LdapDirectory(LdapSettings.of(options, ""), () -> trust);
  }

  private static Answer check(LdapDirectory directory, String password) {
    return directory.check("alice", password.getBytes(UTF_8));
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = Mode.EXCLUDE)
  void aTrustedDirectoryIsAsked(LdapSettings.Encryption encryption) throws Exception {
    LdapDirectory directory = start(encryption, "localhost", true);
    assertEquals(new Accepted(), check(directory, "wonder"));
    assertInstanceOf(Refused.class, check(directory, "wrong"));
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = Mode.EXCLUDE)
  void onlyTheTrustStoreIsBelieved(LdapSettings.Encryption encryption) throws Exception {
    assertInstanceOf(Unavailable.class, check(start(encryption, "localhost", false), "wonder"));
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = Mode.EXCLUDE)
  void aCertificateIsForOneHost(LdapSettings.Encryption encryption) throws Exception {
    assertInstanceOf(
        Unavailable.class, check(start(encryption, "other.example.org", true), "wonder"));
  }
}
