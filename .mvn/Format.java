import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks, or with {@code write} rewrites, every Java source under the given folders. */
final class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Formatter formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    List<Path> unformatted = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      Path folder = Path.of(args[i]);
      if (!Files.isDirectory(folder)) {
        continue;
      }
      List<Path> sources;
      try (var walk = Files.walk(folder)) {
        sources = walk.filter(path -> path.toString().endsWith(".java")).sorted().toList();
      }
      for (Path source : sources) {
        String before = Files.readString(source);
        String after =
            RemoveUnusedImports.removeUnusedImports(formatter.formatSourceAndFixImports(before));
        if (!before.equals(after)) {
          unformatted.add(source);
          if (write) {
            Files.writeString(source, after);
          }
        }
      }
    }
    if (!write && !unformatted.isEmpty()) {
      System.err.println("Not formatted (mend with: mvn -Pformat process-classes):");
      unformatted.forEach(path -> System.err.println("  " + path));
      System.exit(1);
    }
  }
}
