# Sourced by bin/sluice and, in the sources, by packaging/quickstart and .ci/run. POSIX shell.

REQUIRED_JAVA=25

# Prints the major version of the Java in a directory; nothing if there is no Java.
# The release file is read first, for starting a JVM only to ask it takes a while.
java_major_version() {
  [ -x "$1/bin/java" ] || return 0
  version=
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\).*/\1/p' "$1/release")
  fi
  if [ -z "$version" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p' | head -n 1)
  fi
  version=${version#1.}
  printf '%s' "${version%%[!0-9]*}"
}

# Takes the Java in a directory, if it is new enough and none is taken yet.
try_java() {
  [ -z "$java_home" ] && [ -n "$1" ] || return 0
  major=$(java_major_version "$1")
  [ -n "$major" ] || return 0
  if [ "$major" -ge "$REQUIRED_JAVA" ]; then
    java_home=$1
  else
    too_old="$too_old
  Java $major in $1"
  fi
}

# The directory of the java on the PATH, which is often a symbolic link to the real one.
java_on_path() {
  java=$(command -v java 2>/dev/null) || return 0
  java=$(readlink -f "$java" 2>/dev/null) || return 0
  dirname "$(dirname "$java")"
}

# Sets java_home to a Java that is new enough; says what is missing and exits with 1 if there is none.
find_java() {
  java_home=
  too_old=
  if [ -n "${SLUICE_JAVA_HOME:-}" ]; then
    try_java "$SLUICE_JAVA_HOME"
    if [ -z "$java_home" ]; then
      echo "sluice: SLUICE_JAVA_HOME=$SLUICE_JAVA_HOME is not a Java $REQUIRED_JAVA or newer." >&2
      echo "Set it to one, or unset it to let sluice look for one." >&2
      exit 1
    fi
    return
  fi
  try_java "${JAVA25_HOME:-}"
  try_java "${JAVA_HOME:-}"
  try_java "$(java_on_path)"
  user=${HOME:-/nonexistent}
  for dir in ${SLUICE_JAVA_DIRS:-/usr/lib/jvm /usr/lib64/jvm /usr/java /opt/java /opt /usr/local \
      $user/.sdkman/candidates/java $user/.jdks}; do
    for candidate in "$dir"/*; do
      try_java "$candidate"
    done
  done
  if [ -z "$java_home" ]; then
    {
      echo "sluice: Java $REQUIRED_JAVA or newer is needed and was not found."
      if [ -n "$too_old" ]; then
        echo "Found, but too old:$too_old"
      fi
      echo "Install a JDK $REQUIRED_JAVA (Eclipse Temurin from https://adoptium.net, or your system's"
      echo "openjdk-$REQUIRED_JAVA package), or set SLUICE_JAVA_HOME to the directory of one."
    } >&2
    exit 1
  fi
}
