package dev.sluice.proxy.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The system's users, by getpwuid_r(3): so are also those known that only a directory has, and
 * nothing is started for it. What the library remembers is up to it (nscd, sssd).
 */
final class SystemUsers {
  /** As large as any libc's on 64 bits, and more; only the first member, pw_name, is looked at. */
  private static final long PASSWD_BYTES = 256;

  /** An entry's strings; one that is longer is refused by ERANGE. */
  private static final long STRINGS_BYTES = 64 * 1024;

  private static final long MAX_NAME_BYTES = 1024;

  private SystemUsers() {}

  /**
   * A user's name, null if there is none of this number. Blocks.
   *
   * @throws IOException if the system cannot say
   */
  static @Nullable String name(int uid) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entry = arena.allocate(PASSWD_BYTES);
      MemorySegment strings = arena.allocate(STRINGS_BYTES);
      MemorySegment found = arena.allocate(ADDRESS);
      int error = lookUp(uid, entry, strings, found);
      if (error != 0) {
        throw new IOException("getpwuid_r(" + Integer.toUnsignedString(uid) + "): error " + error);
      }
      if (found.get(ADDRESS, 0).equals(MemorySegment.NULL)) {
        return null;
      }
      return string(entry.get(ADDRESS, 0));
    }
  }

  @SuppressWarnings("restricted") // what a function of the C library takes is not checked
  private static int lookUp(
      int uid, MemorySegment entry, MemorySegment strings, MemorySegment found) throws IOException {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("getpwuid_r"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    try {
      return (int) function.invokeExact(uid, entry, strings, STRINGS_BYTES, found);
    } catch (Throwable e) {
      throw new IOException("getpwuid_r", e);
    }
  }

  @SuppressWarnings(
      "restricted") // the pointer is into memory that is ours, and a string ends there
  private static String string(MemorySegment pointer) {
    return pointer.reinterpret(MAX_NAME_BYTES).getString(0);
  }
}
