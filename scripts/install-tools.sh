#!/usr/bin/env bash
# Installs the programs that tests/interop/ and tests/e2e/ need on Debian; quick when all is there.
# The full Kai fonts are not among them: what ships must be enough, and the interop tests prove it.
set -euo pipefail

packages=(poppler-utils qpdf openssl zbar-tools mupdf-tools chromium fonts-noto-cjk)

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "This is not Debian. Install what these packages hold there: ${packages[*]}" >&2
  exit 1
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "All tools are installed: ${packages[*]}"
  exit 0
fi

if ((EUID != 0)); then
  echo "Some tools are missing. Run:" >&2
  echo "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get --quiet --option Acquire::Retries=3 update
apt-get --quiet --option Acquire::Retries=3 install --yes --no-install-recommends "${missing[@]}"
