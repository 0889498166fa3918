package dev.sluice.it.frameworks;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.SequenceGenerator;
import org.jspecify.annotations.Nullable;

/** Its ids come from the sequence 50 at a time, so that inserts can be sent in batches. */
@Entity
class Book {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "books")
  @SequenceGenerator(name = "books", allocationSize = 50)
  @Nullable Long id;

  @ManyToOne(fetch = FetchType.LAZY, optional = false)
  @Nullable Author author;

  String title = "";

  protected Book() {}

  Book(Author author, String title) {
    this.author = author;
    this.title = title;
  }
}
