# Shared by the scripts in this folder: tools, build, private Python environments, MLflow, and children that never outlive us.
# Sourced, not run. Sets $root, the project's directory.
# shellcheck shell=bash
set -euo pipefail

scripts=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
root=${SLUICE_HOME:-${scripts%/*}}
jar=$root/target/sluice.jar
spark_classpath=$root/target/spark.classpath
# say LINE...: to stderr, since stdout is for results
say() { printf '%s\n' "$@" >&2; }

# die MESSAGE [WHAT TO DO]
die() {
  say "error: $1"
  [ $# -lt 2 ] || say "  do:  $2"
  exit "${code:-1}"
}

# ---- tools -----------------------------------------------------------------------------------------------------------

# install_command DEBIAN_PACKAGES FEDORA_PACKAGES: the command that fits this machine
install_command() {
  if command -v dnf >/dev/null; then echo "sudo dnf install -y $2"; else echo "sudo apt-get install -y $1"; fi
}

# at_least VERSION WANTED: compares dotted numbers
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# java_major HOME: 17 for a JDK or JRE at HOME, from its release file (no JVM is started), or nothing
java_major() {
  local version=''
  # By the shell's own means: every command started counts in what `sluice --help` takes.
  if [ -r "$1/release" ] && [[ $(<"$1/release") =~ JAVA_VERSION=\"([0-9]+) ]]; then version=${BASH_REMATCH[1]}
  elif [ -x "$1/bin/java" ]; then
    version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p')
  fi
  echo "$version"
}

# Finds Java 17 (or newer, below 24, where Hadoop 3.3 stops working) and exports JAVA_HOME.
# JAVA_HOME counts when it is set; otherwise the java on the PATH, then the usual places.
need_java() {
  local homes=() home major found=''
  if [ -n "${JAVA_HOME:-}" ]; then homes=("$JAVA_HOME")
  else
    if home=$(command -v java); then
      home=$(readlink -f "$home")
      homes=("${home%/bin/java}")
    fi
    homes+=(/usr/lib/jvm/java-17-* /usr/lib/jvm/*-17)
  fi
  for home in "${homes[@]}"; do
    [ -x "$home/bin/java" ] || continue
    major=$(java_major "$home")
    if [ -n "$major" ] && [ "$major" -ge 17 ] && [ "$major" -lt 24 ]; then
      export JAVA_HOME=$home
      return
    fi
    found=${found:-"Java ${major:-of unknown version} in $home"}
  done
  [ -z "${JAVA_HOME:-}" ] || found=${found:-"JAVA_HOME=$JAVA_HOME, where there is no bin/java"}
  code=78 die "Sluice needs Java 17; found ${found:-none}" \
    "$(install_command openjdk-17-jdk-headless java-17-openjdk-devel), then set JAVA_HOME to it"
}

need_jdk() {
  need_java
  [ -x "$JAVA_HOME/bin/javac" ] || code=78 die "a JDK 17 is needed to build; $JAVA_HOME has no compiler" \
    "$(install_command openjdk-17-jdk-headless java-17-openjdk-devel)"
}

need_maven() {
  local version install
  install=$(install_command maven maven)
  command -v mvn >/dev/null || code=78 die "Maven 3.8 or newer is needed; there is no mvn on the PATH" "$install"
  version=$(mvn -version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p')
  at_least "${version:-0}" 3.8 || code=78 die "Maven 3.8 or newer is needed; found ${version:-a mvn that does not run}" "$install"
}

# Finds Python 3.10 or newer that can make virtual environments; sets $python. PYTHON names another than python3.
need_python() {
  local candidate version found='' install
  install=$(install_command "python3 python3-venv" python3)
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
    version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if at_least "$version" 3.10; then
      "$candidate" -c 'import ensurepip, venv' 2>/dev/null || code=78 die "$candidate ($version) cannot make virtual environments" "$install"
      python=$candidate
      return
    fi
    found=${found:-$version}
  done
  code=78 die "Python 3.10 or newer is needed; found ${found:-none}" "$install"
}

need_tools() { need_jdk; need_maven; need_python; }

# ---- build -----------------------------------------------------------------------------------------------------------

is_built() {
  [ -s "$jar" ] && [ -s "$spark_classpath" ] && [ -z "$(find "$root/pom.xml" "$root/src/main" -newer "$jar" -print -quit)" ]
}

# Packages the jar without tests, when a source is newer than it.
build() { is_built || mvn -B -q -f "$root/pom.xml" -Dmaven.test.skip=true package; }

# ---- Python environments -----------------------------------------------------------------------------------------------

# venv NAME: makes .venv/NAME from scripts/python/NAME.txt. The marker is written last and holds the hash of the pins, so
# an interrupted or outdated environment is made again and a finished one costs nothing.
venv() {
  local dir=$root/.venv/$1 pins=$scripts/python/$1.txt want
  want=$(sha256sum <"$pins")
  mkdir -p "$root/.venv"
  (
    flock 9 # two scripts may want the same environment
    if [ "$(cat "$dir/.complete" 2>/dev/null)" = "$want" ] && "$dir/bin/python" -c '' 2>/dev/null; then exit 0; fi
    # One chain, so that nothing goes on after a failure even where the caller tests our status. The pins are complete:
    # there is nothing to resolve.
    rm -rf "$dir" &&
      "$python" -m venv "$dir" &&
      PIP_USER=0 "$dir/bin/pip" install --quiet --no-input --disable-pip-version-check --no-deps -r "$pins" &&
      "$dir/bin/pip" check &&
      echo "$want" >"$dir/.complete"
  ) 9>"$root/.venv/$1.lock"
}

# ---- children that end with us -------------------------------------------------------------------------------------------

current='' # process group of the command in progress, if any

# step TITLE COMMAND...: runs a command or function as a process group of its own, its output into a file of $logs, and shows
# how long it takes. Ends us with its status, and shows the end of that file, if it fails.
step() {
  local title=$1 start=$SECONDS status=0 log
  shift
  log=${logs:?}/${title//[^a-zA-Z0-9]/-}.log
  mkdir -p "$logs"
  in_group "$@" >"$log" 2>&1
  while kill -0 "$current" 2>/dev/null; do tick "$title" "$start"; done
  wait "$current" || status=$?
  current=''
  if [ "$status" -ne 0 ]; then
    tail -n 30 "$log" | sed 's/^/    /' >&2
    finish "$title" "$start" "failed ($status); all of it: $log"
    exit "$status"
  fi
  finish "$title" "$start"
}

# visible COMMAND...: the same for a command that tells its own progress; returns its status.
visible() {
  local status=0
  in_group "$@"
  wait "$current" || status=$?
  current=''
  return "$status"
}

# Job control gives the child a process group of its own; a signal to us is then ours to pass on (end_children).
in_group() {
  set -m
  "$@" </dev/null &
  current=$!
  set +m
}

# tick TITLE START: shows that something goes on and for how long, in place on a terminal, else now and then; takes a moment.
tick() {
  if [ -t 2 ]; then printf '\r  %-40s %4d s ' "$1" $((SECONDS - $2)) >&2
  elif ((SECONDS >= $2 + 30 && SECONDS % 30 == 0)); then
    say "$(printf '  %-40s %4d s ...' "$1" $((SECONDS - $2)))"
    sleep 0.8
  fi
  sleep 0.2
}

# finish TITLE START [REMARK]
finish() {
  if [ -t 2 ]; then printf '\r' >&2; fi
  say "$(printf '  %-40s %4d s' "$1" $((SECONDS - $2)))${3:+  $3}"
}

# end_groups PGID SECONDS: asks the processes of the group, and the groups that they started (as Jupyter and Maven do), to end,
# makes them after the given time, and waits until they are gone.
end_groups() {
  local groups group
  mapfile -t groups < <(groups_under "$1")
  for group in "${groups[@]}"; do kill -TERM -- "-$group" 2>/dev/null || true; done
  for group in "${groups[@]}"; do gone_within "$2" "$group" || kill -KILL -- "-$group" 2>/dev/null || true; done
  for group in "${groups[@]}"; do gone_within 5 "$group" || true; done
}

# groups_under PGID: the group and those of all descendants of its members
groups_under() {
  echo "$1"
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v wanted="$1" '
    { pid = $1; sub(/^.*\) /, ""); parent[pid] = $2; group[pid] = $3 }
    END {
      do {
        found = 0
        for (pid in group)
          if (!(pid in in_tree) && (group[pid] == wanted || parent[pid] in in_tree)) { in_tree[pid] = found = 1 }
      } while (found)
      for (pid in in_tree) if (group[pid] != wanted && !seen[group[pid]]++) print group[pid]
    }'
}

gone_within() {
  local i
  for ((i = 0; i < $1 * 10; i++)); do
    kill -0 -- "-$2" 2>/dev/null || return 0
    sleep 0.1
  done
  return 1
}

end_children() { [ -z "$current" ] || end_groups "$current" 20; }

# ---- MLflow ----------------------------------------------------------------------------------------------------------------

# free_port [WANTED]: WANTED if nothing listens there, else one that the system picks, on the loopback interface
free_port() {
  "$python" - "${1:-0}" <<'PY'
import socket, sys
for port in (int(sys.argv[1]), 0):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(s.getsockname()[1])
        break
PY
}

# mlflow_pid DIR: the process (and group) of the MLflow server that keeps its files in DIR, if it lives
mlflow_pid() {
  local pid
  pid=$(cat "$1/pid" 2>/dev/null) || return 1
  # The number alone may meanwhile belong to another process.
  [ -n "$pid" ] && grep -qF -- "sqlite:///$1/mlflow.db" "/proc/$pid/cmdline" 2>/dev/null && echo "$pid"
}

# mlflow_answers DIR: whether that server lives and is healthy
mlflow_answers() {
  mlflow_pid "$1" >/dev/null && "$python" - "$(cat "$1/url")" <<'PY' 2>/dev/null
import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1] + "/health", timeout=5).read()
PY
}

# start_mlflow DIR: starts the server of .venv/mlflow with all its files in DIR, on the port it had before if that is free, and
# waits until it is healthy. Its address is then in DIR/url.
# Without the job runner (seven more processes) and with one worker it needs 500 MB instead of 2 GB.
start_mlflow() {
  local dir=$1 start=$SECONDS title="MLflow server" port url
  mkdir -p "$dir/artifacts"
  [ -e "$dir/healthy" ] || rm -f "$dir"/mlflow.db* # of a first start cut short: half a schema
  url=$(cat "$dir/url" 2>/dev/null || true)
  port=$(free_port "${url##*:}")
  echo "http://127.0.0.1:$port" >"$dir/url"
  : >"$dir/pid" # being started: stop_mlflow then waits for the number
  # The inner shell becomes the server: a session and group of its own, under its own number, holding no lock of ours.
  # shellcheck disable=SC2016 # expanded there
  MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false MLFLOW_DISABLE_TELEMETRY=true \
    setsid bash -c 'echo $$ >"$0"
      for fd in /proc/$$/fd/*; do [ "${fd##*/}" -le 2 ] || eval "exec ${fd##*/}>&-"; done
      exec "$@"' "$dir/pid" \
    "$root/.venv/mlflow/bin/mlflow" server --backend-store-uri "sqlite:///$dir/mlflow.db" \
    --artifacts-destination "file://$dir/artifacts" --serve-artifacts --host 127.0.0.1 --port "$port" --workers 1 \
    </dev/null >"$dir/server.log" 2>&1 &
  until mlflow_answers "$dir"; do
    tick "$title" "$start"
    if ((SECONDS - start > 90)) || { [ -s "$dir/pid" ] && ! mlflow_pid "$dir" >/dev/null; }; then
      tail -n 20 "$dir/server.log" | sed 's/^/    /' >&2
      finish "$title" "$start" "not healthy; all of its messages: $dir/server.log"
      stop_mlflow "$dir"
      exit 75
    fi
  done
  touch "$dir/healthy"
  finish "$title" "$start" "$(cat "$dir/url")"
}

# stop_mlflow DIR: ends that server and waits until it is gone
stop_mlflow() {
  local i pid
  for ((i = 0; i < 20; i++)); do
    if [ ! -e "$1/pid" ] || [ -s "$1/pid" ]; then break; fi
    sleep 0.1
  done
  if pid=$(mlflow_pid "$1"); then end_groups "$pid" 15; fi
  rm -f "$1/pid"
}
