#!/usr/bin/env bash
# Runs every test: installs what they need, restores, builds, tests, and ends with "N passed, N failed".
#   ./test.sh          everything, on a Debian-like machine with the .NET SDK
#   ./test.sh --fast   without the tests that need a server, Node or a browser; installs nothing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exec </dev/null
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# program=package: adding a real component is one word here.
programs=(initdb=postgresql redis-server=redis-server chromium=chromium)
postgres_least=15
node_least=20
node_own=22.23.3                  # where Debian's Node is older
node_folders=(tests/Conformance.Tests/node tests/ChainBridge.Tests/RealRuntime/node)
log=artifacts/test.log
most_again=3                      # failures that are tried a second time
again=0                           # and passed then

say() { printf '== %s\n' "$*"; }
die() { printf 'test.sh: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null; }

count() { awk -v key="$1:" '$1 == key { n = $2 } END { print n + 0 }' "$log"; }

# Real servers under a clock can starve on a busy machine: a few failures are tried again, alone and in the open. A second
# failure, many at once, or a runner that broke fails the run.
second_chance() {
  local failures test assembly
  mapfile -t failures < <(grep -aE -A1 '^failed ' "$log" | awk '
    $1 == "failed" { name = $2; sub(/\(.*/, "", name) }
    $1 == "from"   { print name, $2 }' | sort -u)
  (( ${#failures[@]} > 0 && ${#failures[@]} <= most_again )) || return 1
  [[ $(unfinished) == "$(printf '%s\n' "${failures[@]##* }" | sort -u)" ]] || return 1
  for test in "${failures[@]}"; do
    assembly=${test##* }
    say "again, alone: ${test%% *}"
    "${assembly%.dll}" -noColor -method "${test%% *}" | tee artifacts/again.log || return 1
    grep -q 'Total: [1-9]' artifacts/again.log || return 1
  done
  again=$(count failed)
  say "passed only the second time: ${failures[*]%% *}"
}

# Assemblies that did not say that all of theirs passed.
unfinished() {
  comm -23 <(sed -n 's/^Running tests from \([^ ]*\.dll\).*/\1/p' "$log" | sort -u) \
    <(sed -n 's/^ *\([^ ]*\.dll\) .* passed (.*/\1/p' "$log" | sort -u)
}

# The closing line is always told, with the real counts; a dead runner or no test at all is a failure.
finish() {
  local status=$? passed failed
  trap - EXIT
  passed=$(( $(count succeeded) + again )) failed=$(( $(count failed) - again ))
  if (( status == 0 && passed == 0 )); then status=1; fi
  if (( status != 0 && failed == 0 )); then failed=1; fi
  # Again at the end, where a log that is cut short still shows them.
  if (( failed > 0 )); then grep -aE '^failed ' "$log" || true; fi
  echo "$passed passed, $failed failed"
  exit "$status"
}

as_root() {
  if (( EUID == 0 )); then "$@"; else sudo -n "$@"; fi
}

# Debian keeps PostgreSQL's programs out of PATH; the newest version is taken.
find_servers() {
  local newest
  newest=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  PATH="$newest:$PATH:/usr/sbin"
}

missing_packages() {
  local pair
  for pair in "${programs[@]}"; do
    has "${pair%%=*}" || echo "${pair##*=}"
  done
  has node || echo nodejs
  has npm || echo npm
}

# Only the programs are wanted: while apt runs, two files keep it from starting services and making a database cluster.
install_packages() {
  has apt-get || die "missing: $*. Install these (Debian's names) and run again."
  (( EUID == 0 )) || sudo -n true 2>/dev/null || die "missing: $*. Run as root, or allow sudo without a password."
  say "installing $*"
  local policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/gateway-tests.conf
  local made=("$cluster") status=0
  as_root mkdir -p "$(dirname "$cluster")"
  echo 'create_main_cluster = false' | as_root tee "$cluster" >/dev/null
  if [[ ! -e $policy ]]; then
    made+=("$policy")
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
  fi
  apt_install "$@" || status=$?
  as_root rm -f "${made[@]}"
  (( status == 0 )) || die "could not install: $*"
}

apt_install() {
  local patience=(-o DPkg::Lock::Timeout=120)
  as_root apt-get -qq "${patience[@]}" update &&
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get -qq -y "${patience[@]}" -o Dpkg::Use-Pty=0 install --no-install-recommends "$@"
}

# Debian 12 has Node 18: a newer one then comes as an npm package, into the artifacts folder.
use_recent_node() {
  local major machine=x64 own=artifacts/node
  major=$(node -p 'process.versions.node.split(".")[0]')
  if (( major >= node_least )); then return; fi
  if [[ $(uname -m) == aarch64 ]]; then machine=arm64; fi
  local bin="$own/node_modules/node-linux-$machine/bin"
  if [[ ! -x $bin/node ]]; then
    say "installing Node $node_own, this one is $major"
    npm install --prefix "$own" --no-save --ignore-scripts --no-audit --no-fund "node-linux-$machine@$node_own"
  fi
  PATH="$PWD/$bin:$PATH"
}

install_node_modules() {
  local folder
  for folder in "${node_folders[@]}"; do
    if cmp -s "$folder/package-lock.json" "$folder/node_modules/.locked"; then continue; fi
    say "installing Node packages of $folder"
    (cd "$folder" && npm ci --ignore-scripts)
    cp "$folder/package-lock.json" "$folder/node_modules/.locked"
  done
}

install_needs() {
  local missing postgres
  find_servers
  mapfile -t missing < <(missing_packages)
  if (( ${#missing[@]} > 0 )); then
    install_packages "${missing[@]}"
    find_servers
  fi
  postgres=$(initdb --version | grep -oE '[0-9]+' | head -n 1)
  (( postgres >= postgres_least )) || die "PostgreSQL $postgres is too old, $postgres_least or later is needed."
  use_recent_node
  install_node_modules
}

# Locked mode is silent about a project that has no lock file at all.
require_locks() {
  local project
  while read -r project; do
    [[ -e ${project%/*}/packages.lock.json ]] || die "$project has no packages.lock.json: run dotnet restore, commit it."
  done < <(find src tests bench -name '*.csproj' -not -path '*/node_modules/*')
}

fast=false
case "${1-}" in
  '') ;;
  --fast) fast=true ;;
  *) echo "usage: ./test.sh [--fast]" >&2; exit 2 ;;
esac

mkdir -p artifacts
: > "$log"
trap finish EXIT
has dotnet || die "the .NET 10 SDK is needed: https://dotnet.microsoft.com/download"

filter=()
if $fast; then
  # A project whose every test needs something has none left, which is exit code 8.
  filter=(--filter-not-trait 'Needs=*' --ignore-exit-code 8)
else
  install_needs
fi

say "restoring"
require_locks
dotnet restore Gateway.sln --locked-mode
say "building"
dotnet build Gateway.sln -c Release --no-restore -nodeReuse:false
say "testing"
dotnet test --solution Gateway.sln -c Release --no-build "${filter[@]}" 2>&1 | tee "$log" || second_chance
