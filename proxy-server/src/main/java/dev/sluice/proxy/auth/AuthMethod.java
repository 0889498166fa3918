package dev.sluice.proxy.auth;

/** How clients prove who they are (PostgreSQL manual, chapter "Client Authentication"). */
public enum AuthMethod {
  /** Everybody is who they say; the users-file is only asked for what PostgreSQL will want. */
  TRUST,
  /** The password in clear text. */
  PASSWORD,
  /** A salted MD5 of the password; SCRAM-SHA-256 for users whose secret is a SCRAM verifier. */
  MD5,
  /** SCRAM-SHA-256; users whose secret is an md5 hash cannot log in. */
  SCRAM_SHA_256,
  /** The certificate of the client's TLS connection, which must name the user. */
  CERT
}
