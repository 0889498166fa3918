#!/bin/sh
# Tries bin/sluice with made-up Javas that print what they are called with.
# Usage: launcher-test.sh DIRECTORY, that of bin/sluice and lib/find-java.sh
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# A distribution whose path has a space, as nobody's should.
home="$work/slu ice"
mkdir -p "$home"
cp -R "$1/bin" "$1/lib" "$home"
sluice="$home/bin/sluice"

# A PATH with the tools that the launcher needs and no Java.
mkdir "$work/tools"
for tool in sh sed readlink dirname head cat; do
  ln -s "$(command -v "$tool")" "$work/tools/$tool"
done

# make_java DIR VERSION: with a release file. make_java DIR VERSION mute: without.
make_java() {
  mkdir -p "$1/bin"
  [ "${3:-}" = mute ] || printf 'IMPLEMENTOR="X"\nJAVA_VERSION="%s"\n' "$2" >"$1/release"
  cat >"$1/bin/java" <<JAVA
#!/bin/sh
if [ "\$1" = -version ]; then
  echo 'openjdk version "$2" 2099-01-01' >&2
  exit 0
fi
echo "java $1"
echo "pid \$\$"
for argument; do echo "<\$argument>"; done
exit \${FAKE_EXIT:-0}
JAVA
  chmod +x "$1/bin/java"
}

make_java "$work/jdks/jdk-8" 1.8.0_402
make_java "$work/jdks/jdk-17" 17.0.15
make_java "$work/new/jdk-25" 25.0.1
make_java "$work/newer/jdk-27-ea" 27-ea
make_java "$work/mute/jdk-25" 25 mute
mkdir "$work/empty"

# run VARIABLE=VALUE... -- ARGUMENT...: sets $output and $code.
run() {
  set -- PATH="$work/tools" HOME="$work/empty" SLUICE_JAVA_DIRS="$work/empty" "$@"
  output=$(run_clean "$@" 2>&1)
  code=$?
}
run_clean() {
  # Everything before -- goes to env, the rest to the launcher.
  count=$#
  seen=
  while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    if [ -z "$seen" ] && [ "$argument" = -- ]; then
      seen=yes
      set -- "$@" "${launcher:-$sluice}"
    else
      set -- "$@" "$argument"
    fi
  done
  /usr/bin/env -i "$@"
}

check() {
  name=$1
  shift
  if "$@"; then
    echo "ok   $name"
  else
    failures=$((failures + 1))
    echo "FAIL $name: exit code $code, output:"
    echo "$output" | sed 's/^/     /'
  fi
}
says() { case $output in *"$1"*) return 0 ;; *) return 1 ;; esac; }
exits() { [ "$code" -eq "$1" ]; }

run JAVA_HOME="$work/jdks/jdk-17" SLUICE_JAVA_DIRS="$work/new" -- serve -c 'my file.conf'
check "an old JAVA_HOME is passed over" says "java $work/new/jdk-25"
check "arguments arrive as they are" says "<serve>
<-c>
<my file.conf>"
check "native access is enabled" says "<--enable-native-access=ALL-UNNAMED>"
check "the collector is chosen" says "<-XX:+UseSerialGC>"
check "the class path is the distribution's" says "<-cp>
<$home/lib/*>
<dev.sluice.proxy.cli.Main>"
check "success is success" exits 0

run JAVA_HOME="$work/nowhere" SLUICE_JAVA_DIRS="$work/empty $work/new" --
check "a JAVA_HOME that does not exist is passed over" says "java $work/new/jdk-25"

run JAVA_HOME="$work/newer/jdk-27-ea" --
check "a newer JAVA_HOME is taken" says "java $work/newer/jdk-27-ea"

run JAVA25_HOME="$work/new/jdk-25" JAVA_HOME="$work/newer/jdk-27-ea" --
check "JAVA25_HOME comes before JAVA_HOME" says "java $work/new/jdk-25"

ln -s "$work/new/jdk-25/bin/java" "$work/tools/java"
run --
check "the Java on the PATH is found behind a symbolic link" says "java $work/new/jdk-25"
rm "$work/tools/java"

run SLUICE_JAVA_DIRS="$work/mute" --
check "without a release file the Java itself is asked" says "java $work/mute/jdk-25"

run SLUICE_JAVA_DIRS="$work/jdks" --
check "no Java 25: exit code 1" exits 1
check "no Java 25: says what to install" says "Install a JDK 25"
check "no Java 25: says what was found" says "Java 8 in $work/jdks/jdk-8"
check "no Java 25: says all that was found" says "Java 17 in $work/jdks/jdk-17"

run --
check "no Java at all: exit code 1" exits 1
check "no Java at all: nothing is said to be too old" eval '! says "too old"'

run SLUICE_JAVA_HOME="$work/jdks/jdk-17" JAVA_HOME="$work/new/jdk-25" --
check "a wrong SLUICE_JAVA_HOME is an error" exits 1
check "a wrong SLUICE_JAVA_HOME is named" says "SLUICE_JAVA_HOME=$work/jdks/jdk-17"

run SLUICE_JAVA_HOME="$work/new/jdk-25" SLUICE_JAVA_OPTS="-Xmx1g -Dx=y" -- --version
check "SLUICE_JAVA_OPTS come after the flags" says "<-XX:+ExitOnOutOfMemoryError>
<-Xmx1g>
<-Dx=y>
<-cp>"

mkdir "$work/bin"
ln -s "$home/bin/sluice" "$work/bin/absolute"
ln -s absolute "$work/bin/relative"
launcher=$work/bin/relative
run JAVA_HOME="$work/new/jdk-25" --
check "a chain of symbolic links leads home" says "<$home/lib/*>"
launcher=

run JAVA_HOME="$work/new/jdk-25" FAKE_EXIT=42 --
check "the exit code is the program's" exits 42

env -i PATH="$work/tools" JAVA_HOME="$work/new/jdk-25" "$sluice" >"$work/out" 2>&1 &
started=$!
wait "$started"
output=$(cat "$work/out")
check "the JVM replaces the launcher, so signals reach it" says "pid $started"

if [ "$failures" -ne 0 ]; then
  echo "$failures failed"
  exit 1
fi
