package dev.sluice.config.load;

import dev.sluice.config.HostPort;
import dev.sluice.config.Node;
import dev.sluice.config.NodeRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses from text. */
final class Addresses {
  static final int POSTGRES_PORT = 5432;

  /** The length of {@code sun_path} in unix(7), without the zero byte at its end. */
  static final int MAX_SOCKET_PATH_BYTES = 107;

  private static final String UNIX = "unix:";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*)");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9._-]+)?");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[([^\\]]*)\\]|([^:\\[\\]]+))(?::(\\d{1,5}))?");

  private Addresses() {}

  /** Whether {@code text} can be a host name or an address; IPv6 without brackets. */
  static boolean isHost(String text) {
    return NAME.matcher(text).matches() || IPV6.matcher(text).matches();
  }

  static String notAHost(String text) {
    return Scalars.shown(text) + " is not valid; valid is a host name or an address";
  }

  static boolean fitsSocketAddress(Path socket) {
    return socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH_BYTES;
  }

  static HostPort hostPort(String text) throws InvalidValueException {
    return parse(text, 0, "\"host:port\", IPv6 as \"[address]:port\"");
  }

  /**
   * A node as a single text: {@code host:port}, {@code host}, {@code [v6]:port} or {@code
   * unix:/path}.
   */
  static Node node(String text) throws InvalidValueException {
    if (!text.startsWith(UNIX)) {
      HostPort address =
          parse(text, POSTGRES_PORT, "\"host:port\", \"[IPv6]:port\" or \"unix:/path/of/socket\"");
      return new Node.Tcp(address.host(), address.port(), NodeRole.AUTO, 1);
    }
    try {
      Path socket = Path.of(text.substring(UNIX.length()));
      if (socket.isAbsolute() && fitsSocketAddress(socket)) {
        return new Node.Unix(socket, NodeRole.AUTO, 1);
      }
    } catch (InvalidPathException e) {
      throw Scalars.invalid(text, "\"unix:/path/of/socket\"");
    }
    throw Scalars.invalid(
        text, "\"unix:\" and an absolute path of at most " + MAX_SOCKET_PATH_BYTES + " bytes");
  }

  private static HostPort parse(String text, int portIfAbsent, String what)
      throws InvalidValueException {
    Matcher matcher = ADDRESS.matcher(text);
    if (!matcher.matches()) {
      throw Scalars.invalid(text, what);
    }
    String bracketed = matcher.group(1);
    String host = bracketed != null ? bracketed : matcher.group(2);
    boolean valid = bracketed != null ? IPV6.matcher(host).matches() : NAME.matcher(host).matches();
    int port = matcher.group(3) == null ? portIfAbsent : Integer.parseInt(matcher.group(3));
    if (!valid || port < 1 || port > 65535) {
      throw Scalars.invalid(text, what);
    }
    return new HostPort(host, port);
  }
}
