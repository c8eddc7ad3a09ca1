#!/usr/bin/env bash
# Installs the programs that tests/interop/, tests/e2e/ and tests/crash/ need on Debian; quick when all is there.
# The full Kai fonts are not among them: what ships must be enough, and the interop tests prove it.
# The judges of docs/conformance.md that Debian does not have come from PyPI and Maven Central into .tools/, in the
# versions that tests/interop/judges/ names.
set -euo pipefail

packages=(poppler-utils qpdf openssl zbar-tools mupdf-tools chromium fonts-noto-cjk python3-venv maven strace e2fsprogs postgresql)
# Any Java compiler will do from 17 on.
command -v javac >/dev/null || packages+=(default-jdk-headless)

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "This is not Debian. Install what these packages hold there: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done

if ((${#missing[@]} > 0)); then
  if ((EUID != 0)); then
    echo "Some tools are missing. Run this, then scripts/install-tools.sh again:" >&2
    echo "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # The tests start PostgreSQL's programs on a directory of their own: none of the system's is started for them.
  export RUNLEVEL=1
  apt-get --quiet --option Acquire::Retries=3 update
  apt-get --quiet --option Acquire::Retries=3 install --yes --no-install-recommends "${missing[@]}"
fi

cd "$(dirname "$0")/.."
judges=tests/interop/judges

# up_to_date <directory> <list>: the directory was made whole, of this list
up_to_date() {
  cmp --quiet "$1/made-of" "$2"
}

if ! up_to_date .tools/python $judges/requirements.txt || ! .tools/python/bin/python -c 'import pyhanko' 2>/dev/null; then
  rm -rf .tools/python
  # Debian's own where there is one: another may have been put before it, and be taken away.
  python=/usr/bin/python3
  [[ -x $python ]] || python=python3
  "$python" -m venv .tools/python
  .tools/python/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
    --requirement $judges/requirements.txt
  cp $judges/requirements.txt .tools/python/made-of
fi

if ! up_to_date .tools/java $judges/pom.xml; then
  rm -rf .tools/java
  # --strict-checksums: a file that does not fit its checksum is an error.
  mvn --batch-mode --quiet --strict-checksums --file $judges/pom.xml dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$PWD/.tools/java"
  cp $judges/pom.xml .tools/java/made-of
fi
echo "All tools are installed: ${packages[*]}; in .tools/ pyHanko, EU DSS, veraPDF"
