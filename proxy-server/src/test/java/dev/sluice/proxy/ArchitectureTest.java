package dev.sluice.proxy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The rooms of the house and who may use whom, as the README's architecture section has them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
  private static final String OURS = "dev.sluice.";
  private static final String PROXY = "dev.sluice.proxy.";

  /** Packages of {@code dev.sluice} by which others a package may use, itself not named. */
  private record Room(String name, List<String> mayUse) {}

  private static final List<Room> ROOMS =
      List.of(
          new Room("protocol", List.of()),
          new Room("config", List.of()),
          new Room("proxy.session", List.of("protocol")),
          new Room("proxy.net", List.of()),
          new Room("proxy.cluster", List.of("config")),
          new Room("proxy.auth", List.of("protocol")),
          new Room("proxy.tls", List.of("config")),
          new Room("proxy.admin", List.of("protocol", "config")),
          new Room(
              "proxy.backend",
              List.of("protocol", "proxy.auth", "proxy.net", "proxy.session", "proxy.tls")),
          new Room(
              "proxy.pool",
              List.of(
                  "protocol",
                  "config",
                  "proxy.auth",
                  "proxy.backend",
                  "proxy.session",
                  "proxy.tls")),
          new Room(
              "proxy.client",
              List.of(
                  "protocol",
                  "config",
                  "proxy.auth",
                  "proxy.backend",
                  "proxy.net",
                  "proxy.pool",
                  "proxy.session",
                  "proxy.tls")));

  private static final Set<String> PACKAGES = new TreeSet<>(Set.of("proxy.server", "proxy.cli"));

  private JavaClasses classes = new ClassFileImporter().importPackages();

  @BeforeAll
  void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice");
  }

  @TestFactory
  List<DynamicTest> roomsUseOnlyWhatTheyMay() {
    Set<String> all = new TreeSet<>(PACKAGES);
    ROOMS.forEach(room -> all.add(room.name()));
    return ROOMS.stream()
        .map(
            room -> {
              String[] forbidden =
                  all.stream()
                      .filter(other -> !other.equals(room.name()))
                      .filter(other -> !room.mayUse().contains(other))
                      .map(other -> OURS + other + "..")
                      .toArray(String[]::new);
              return test(
                  room.name() + " uses only " + room.mayUse(),
                  noClasses()
                      .that()
                      .resideInAPackage(OURS + room.name() + "..")
                      .should()
                      .dependOnClassesThat()
                      .resideInAnyPackage(forbidden));
            })
        .toList();
  }

  @TestFactory
  List<DynamicTest> theRest() {
    return List.of(
        test(
            "only the running proxy knows channels",
            noClasses()
                .that()
                .resideInAnyPackage(
                    OURS + "protocol..",
                    OURS + "config..",
                    PROXY + "session..",
                    PROXY + "auth..",
                    PROXY + "cluster..",
                    PROXY + "admin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..")),
        test(
            "the command line starts the server and is used by nobody",
            noClasses()
                .that()
                .resideInAPackage("dev.sluice..")
                .and()
                .resideOutsideOfPackage(PROXY + "cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(PROXY + "cli..")),
        test("no cycles", slices().matching("dev.sluice.proxy.(*)..").should().beFreeOfCycles()),
        test(
            "no static state that changes",
            fields()
                .that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("dev.sluice..")
                .should()
                .beFinal()
                .andShould()
                .notHaveRawType(resideInAPackage("java.util.concurrent.."))));
  }

  private DynamicTest test(String name, ArchRule rule) {
    return DynamicTest.dynamicTest(name, () -> rule.check(classes));
  }
}
