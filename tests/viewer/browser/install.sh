#!/usr/bin/env bash
# Installs what the tests in a browser need beside Python: Chromium and a Chinese font from Debian, axe and TypeScript
# from npm. It never fails and never waits long: what cannot be had is named, and the tests that need it skip.
set -u
cd "$(dirname "$0")"

is_installed() {
  dpkg-query --show --showformat='${db:Status-Status}\n' "$1" 2> /dev/null | grep -qx installed
}

within() { # seconds, command; nothing is asked, as nobody is there to answer
  DEBIAN_FRONTEND=noninteractive timeout --kill-after=10 "$@" < /dev/null > /dev/null 2>&1
}

install_packages() {
  command -v apt-get > /dev/null && [ "$(id -u)" = 0 ] || return 1
  within 100 apt-get update # what is known of packages may do even where this fails
  within 300 apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=60 "$@"
}

install_modules() {
  command -v npm > /dev/null && within 100 npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1
}

missing=()
for package in chromium fonts-noto-cjk; do
  is_installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ] && ! install_packages "${missing[@]}"; then
  echo "Could not install ${missing[*]} (apt-get, root and a network are needed): tests that need them skip."
fi
# npm writes this file last
if [ ! node_modules/.package-lock.json -nt package-lock.json ] && ! install_modules; then
  echo "Could not install axe-core and typescript (npm and a network are needed): tests that need them skip."
fi
exit 0
