package dev.sluice.proxy.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why TLS came to nothing, in words for an operator. */
public final class TlsFailure {
  /** How BoringSSL says what the other side's alert was. */
  private static final Pattern NATIVE_ALERT = Pattern.compile("(?:TLSV1|SSLV3)_ALERT_([A-Z0-9_]+)");

  private static final Pattern JDK_ALERT =
      Pattern.compile("(?:Received fatal alert|Alert): (\\w+)");

  private TlsFailure() {}

  /** The innermost cause that says something. */
  public static String reason(Throwable failure) {
    String last = "";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String known = known(cause);
      if (known != null) {
        return known;
      }
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        last = message;
      }
    }
    return last.isEmpty() ? failure.getClass().getSimpleName() : alert(last);
  }

  private static @Nullable String known(Throwable cause) {
    return switch (cause) {
      case CertificateExpiredException _ -> "the certificate has expired";
      case CertificateNotYetValidException _ -> "the certificate is not valid yet";
      case CertPathBuilderException _ -> "the certificate is not signed by a trusted authority";
      // Whoever failed to build a path says less than why one of its certificates was refused.
      case CertPathValidatorException e when e.getCause() == null ->
          "the certificate is refused: " + e.getMessage();
      case ClosedChannelException _ -> "the other side closed the connection";
      case NotSslRecordException _ -> "what the other side sent is not TLS";
      default -> null;
    };
  }

  private static String alert(String message) {
    Matcher alert = NATIVE_ALERT.matcher(message);
    if (!alert.find()) {
      alert = JDK_ALERT.matcher(message);
      if (!alert.find()) {
        return message;
      }
    }
    return "the other side refused: " + alert.group(1).toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
