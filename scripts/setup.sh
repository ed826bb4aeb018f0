# shellcheck shell=bash
# Sourced by the other scripts. Installs what sched needs to be built and tested, if something is
# missing, and prints nothing if all is there.

missing=""

# needs PACKAGE COMMAND...: PACKAGE is missing unless COMMAND succeeds.
needs() {
  local package=$1
  shift
  "$@" > /dev/null 2>&1 || missing="$missing $package"
}

compiles() { echo "#include <$1>" | cc -E - ; }
links() { [ -e "$(cc -print-file-name="$1")" ]; }

needs gcc command -v cc
needs libc6-dev compiles stdio.h
needs g++ links libstdc++.so
needs git command -v git
needs pkg-config command -v pkg-config
needs libxxhash-dev pkg-config --exists libxxhash
needs libopenmpi-dev pkg-config --exists mpi-c
needs openmpi-bin command -v mpirun

if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "sched needs some packages that are not installed here. On Debian:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y$missing" >&2
    exit 1
  fi
  echo "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # one word per package
  if ! installation=$({
    apt-get -qq update && apt-get -qq install -y --no-install-recommends $missing
  } 2>&1 < /dev/null); then
    echo "$installation" >&2
    exit 1
  fi
fi

if ! command -v swift > /dev/null; then
  echo "sched needs Swift 6.2 or later, and there is no 'swift' on PATH" >&2
  exit 1
fi

# Open MPI refuses to start anything for root without both of these.
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
