package dev.sluice.it.frameworks;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has books that are loaded when they are looked at, and a version that guards against lost
 * updates.
 */
@Entity
class Author {

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "authors")
  @SequenceGenerator(name = "authors", allocationSize = 10)
  @Nullable Long id;

  @Version int version;

  String name = "";

  @OneToMany(mappedBy = "author", cascade = CascadeType.ALL)
  List<Book> books = new ArrayList<>();

  protected Author() {}

  Author(String name) {
    this.name = name;
  }

  /** Also of one that is not loaded yet; its fields are empty until a method is called. */
  public String name() {
    return name;
  }

  public List<Book> books() {
    return books;
  }

  void add(String title) {
    books.add(new Book(this, title));
  }
}
