package dev.sluice.config.load;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.load.LoadResult.Invalid;
import dev.sluice.config.load.LoadResult.Loaded;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configuration files in a folder of their own. */
record ConfigFiles(Path folder, Map<String, String> environment) {
  /** What every valid configuration needs beside what a test is about. */
  static final String MINIMUM = "auth.method = trust, databases.app.nodes = [\"db1:5432\"]\n";

  ConfigFiles(Path folder) {
    this(folder, Map.of());
  }

  Path main() {
    return folder.resolve("sluice.conf");
  }

  ConfigFiles with(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  LoadResult load(String text) {
    return ConfigLoader.load(with("sluice.conf", text).main(), environment);
  }

  /** Loads {@code body} inside {@code sluice { }}, one line below its opening. */
  Loaded valid(String body) {
    LoadResult result = load("sluice {\n" + body + "\n}\n");
    return assertInstanceOf(Loaded.class, result, result::toString);
  }

  SluiceConfig config(String body) {
    return valid(body).config();
  }

  /** The problems of {@code body} inside {@code sluice { }}, as they print, without the folder. */
  List<String> problems(String body) {
    return problemsOf("sluice {\n" + body + "\n}\n");
  }

  List<String> problemsOf(String text) {
    return assertInstanceOf(Invalid.class, load(text)).problems().stream()
        .map(problem -> problem.toString().replace(folder + "/", ""))
        .toList();
  }

  /** A file beside the tests, and the files that it names, made empty. */
  static String resource(String name) {
    try (InputStream in = ConfigFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ConfigFiles touch(String... names) {
    for (String name : names) {
      with(name, "");
    }
    return this;
  }
}
