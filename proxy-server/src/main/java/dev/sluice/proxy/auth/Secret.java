package dev.sluice.proxy.auth;

/** What a client's password is checked against, in the forms of {@code pg_authid.rolpassword}. */
public sealed interface Secret permits PlainText, Md5Hash, ScramVerifier {}
