# What rig and vm/vm share; sourced by both, with $name set to the caller's.
# shellcheck shell=bash disable=SC2034,SC2154

rig_home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
cache=${LUMEN_RIG_CACHE:-$HOME/.cache/lumen-rig}
root=$cache/root
rig_user=lumen
rig_uid=1500

fail() { printf '%s: %s\n' "$name" "$*" >&2; exit "${status:-1}"; }
case $cache in *[[:space:],]*) fail "LUMEN_RIG_CACHE must not hold blanks or commas: $cache" ;; esac
say() { printf '%s: [%3d s] %s\n' "$name" "$SECONDS" "$*" >&2; }

need_root() { [ "$(id -u)" -eq 0 ] || status=125 fail "needs root: it mounts in a namespace of its own and changes to user $rig_uid"; }

# One set-up of a kind at a time; the lock goes with the process, however it ends.
lock() {
  mkdir -p "$cache"
  exec 8>"$cache/$1.lock"
  flock 8
}

# Mirrors have bad moments. Runs a command up to four times, its output in a file that is shown at the end of patience.
patiently() {
  local log=$1 attempt
  shift
  for attempt in 1 2 3 4; do
    if "$@" >"$log" 2>&1 8>&-; then return; fi
    [ "$attempt" = 4 ] || { say "attempt $attempt failed: $(grep -E '^E:|rror' "$log" | tail -n 1)"; sleep $((attempt * 5)); }
  done
  tail -n 15 "$log" >&2
  fail "gave up: $1 (log: $log)"
}

# Debian's archive as this machine's own sources name it; the security archive and strangers' are elsewhere.
mirror() {
  local uri
  # shellcheck disable=SC2016
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1)
  [ -n "$uri" ] || fail "finds no Debian archive in this machine's apt sources"
  printf '%s\n' "${uri%/}"
}

# Debian packages on this machine itself, only those that are missing.
install_here() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "knows apt-get only; install by hand: ${missing[*]}"
  say "installing ${missing[*]}"
  patiently "$cache/apt-here.log" apt-get -qq -o Acquire::Retries=5 update
  patiently "$cache/apt-here.log" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o Acquire::Retries=5 install -y --no-install-recommends "${missing[@]}"
}

# The options of `run`, which are the same for both: sets user, limit, folders, variables and command.
run_options() {
  user=$rig_user limit=600 folders=() variables=()
  while [ $# -gt 0 ]; do
    case $1 in
      -r) user=root; shift ;;
      -t) limit=$2; shift 2 ;;
      -d) [ -d "$2" ] || status=125 fail "no folder $2"; folders+=("$(realpath "$2")"); shift 2 ;;
      -e) variables+=("$2"); shift 2 ;;
      --) shift; break ;;
      -*) status=125 fail "unknown option $1" ;;
      *) break ;;
    esac
  done
  [ $# -gt 0 ] || status=125 fail "run [-t SECS] [-d DIR]... [-e VAR=VALUE]... -- COMMAND..."
  command=("$@")
}

# Runs a command that ends with this script however this script ends, with everything it started: the command has a
# process namespace of its own, and a process of it whose parent is gone is killed by the kernel.
# supervise SECONDS COMMAND...; the result is the command's, 124 after that time.
supervise() {
  local limit=$1 child rc=0 started=$SECONDS
  shift
  setpriv --pdeathsig KILL timeout -s KILL "$limit" \
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child "$@" <&0 &
  child=$!
  # shellcheck disable=SC2064
  trap "kill -KILL $child 2>/dev/null; exit 130" INT
  # shellcheck disable=SC2064
  trap "kill -KILL $child 2>/dev/null; exit 143" TERM HUP
  { wait "$child" || rc=$?; } 2>/dev/null
  trap - INT TERM HUP
  if [ "$rc" = 137 ] && [ $((SECONDS - started)) -ge "$limit" ]; then rc=124; fi
  return "$rc"
}
