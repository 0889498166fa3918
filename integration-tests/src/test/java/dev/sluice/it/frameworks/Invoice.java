package dev.sluice.it.frameworks;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.jspecify.annotations.Nullable;

/** A row that knows whose it is; each tenant has the table, and the sequence, in its own schema. */
@Entity
class Invoice {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE)
  @Nullable Long id;

  String tenant = "";

  protected Invoice() {}

  Invoice(String tenant) {
    this.tenant = tenant;
  }
}
