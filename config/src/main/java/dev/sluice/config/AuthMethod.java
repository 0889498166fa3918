package dev.sluice.config;

/** How clients prove who they are. */
public enum AuthMethod {
  SCRAM_SHA_256,
  MD5,
  PASSWORD,
  TRUST,
  CERT,
  HBA
}
