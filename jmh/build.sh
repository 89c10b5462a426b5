# Sourced by run and peers: builds the benchmarks into target/jmh, and leaves in java what starts them.
set -euo pipefail

home=$(CDPATH='' cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
args=$home/target/jmh/java.args

fail() {
  printf '%s: %s\n' "jmh/${0##*/}" "$*" >&2
  exit 1
}

java=java
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; fi
command -v "$java" >/dev/null || fail "there is no $java: install JDK 17 or newer, or set JAVA_HOME"

# Built again only when a source is newer: what is measured is what is there.
if [ ! -f "$args" ] || [ -n "$(find "$home/pom.xml" "$home/src/main" "$home/jmh/java" -newer "$args" -print -quit)" ]; then
  command -v mvn >/dev/null || fail "no mvn on the PATH to build it: install Maven 3.6.3 or newer"
  echo "jmh: building" >&2
  mkdir -p "$home/target/jmh"
  log=$home/target/jmh/build.log
  rm -f "$args"
  (cd "$home" && mvn -q -B -ntp -Pjmh -Dspotless.apply.skip=true process-test-classes) >"$log" 2>&1 </dev/null \
    || { cat "$log" >&2; fail "the build failed, see above; to try it by hand: mvn -Pjmh process-test-classes"; }
fi
