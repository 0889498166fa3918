package dev.sluice.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Host names against names in certificates, as libpq compares them. */
class CertificateNamesTest {
  @ParameterizedTest
  @CsvSource({
    "db.example.com, db.example.com, true",
    "DB.Example.com, db.example.COM, true",
    "db.example.com, db.example.org, false",
    "*.example.com, db.example.com, true",
    "*.example.com, a.db.example.com, false",
    "*.example.com, example.com, false",
    "*.example.com, .example.com, false",
    "*, db, false",
    "*., db., false",
    "d*.example.com, db.example.com, false",
    "db.*.com, db.example.com, false",
  })
  void names(String pattern, String host, boolean expected) {
    assertEquals(expected, CertificateNames.nameMatches(pattern, host));
  }
}
