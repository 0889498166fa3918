package dev.sluice.proxy.auth;

/** What Sluice can prove itself with to PostgreSQL. */
public sealed interface LoginSecret permits NoSecret, PlainText, Md5Hash, ScramKeys {}
