# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Sourced by `dev`: a Debian 13 root in the cache folder, for Debian-family systems without GIMP 3.
#
# root-SUITE-ARCH-RECIPE is created by a rename once its base system is complete, so a folder of that name
# never has a partial base. Its packages are complete when .ready/KEY exists, where KEY is the hash of the
# package list: after a change of the list the missing packages are added; an interrupted update is repeated.
# Every mount is made in the private namespace of the one command that needs it, so none is left behind.

suite=trixie
recipe=1   # increase it when an existing root can no longer be updated in place

root_names ()
{
  root=$cache/root-$suite-$(dpkg --print-architecture)-$recipe
  key=$(packages_for build test extra | sort | sha256sum | cut -c1-16)
}

root_is_ready () { root_names; [ -e "$root/.ready/$key" ]; }

# Runs a command as root in a private mount namespace, with all sub-uids mapped unless the caller is root already.
in_namespace ()
{
  if [ "$(id -u)" = 0 ]; then
    unshare -m -- "$@"
  else
    unshare --map-root-user --map-auto -m -- "$@"
  fi
}

set_up_root ()
{
  if root_is_ready; then
    return
  fi
  exec 9>"$root.lock"
  flock -n 9 || { say 'another ./dev is setting up, waiting for it'; flock 9; }
  if ! root_is_ready; then
    make_root
  fi
  exec 9>&-
}

make_root ()
{
  local log=$root.log fresh=
  say "making a Debian 13 root in $root (about 4 GB, some minutes); log: $log"
  check_tools
  if [ ! -d "$root" ]; then
    fresh=1
    make_base 2>"$log" || die_with_log 'could not make the base system'
  elif [ -z "$(ls -A -- "$root/.ready" 2>/dev/null)" ]; then
    fresh=1
    say 'going on with an interrupted set-up'
  fi
  if ! install_packages >"$log" 2>&1; then
    [ -n "$fresh" ] || die_with_log "could not install packages; if this persists, remove $root"
    say 'could not repair the interrupted set-up, starting afresh'
    remove_folder "$root"
    make_base 2>>"$log" || die_with_log 'could not make the base system'
    install_packages >>"$log" 2>&1 || die_with_log 'could not install the packages'
  fi
  say 'the Debian 13 root is ready'
}

die_with_log ()
{
  tail -n 25 -- "$root.log" >&2
  die "$1: see the lines above and $root.log"
}

check_tools ()
{
  local free_kib tools=(mmdebstrap debian-archive-keyring)
  free_kib=$(df -Pk -- "$cache" | awk 'NR == 2 { print $4 }')
  [ "$free_kib" -ge 5000000 ] || [ -d "$root" ] \
    || die "$cache: expected 5 GB of free space, found $((free_kib / 1000000)) GB"
  if [ "$(id -u)" != 0 ]; then
    tools+=(uidmap)
  fi
  mapfile -t tools < <(missing_of "${tools[@]}")
  if [ ${#tools[@]} -gt 0 ]; then
    install_native "${tools[@]}" || die "could not install ${tools[*]}"
  fi
  in_namespace true 2>/dev/null \
    || die 'cannot make a namespace: call ./dev as root, or allow user namespaces and give this user sub-uids (see man subuid)'
}

# Removes a folder; a partially made one may contain files of other (sub-)uids.
remove_folder () { in_namespace rm -rf --one-file-system -- "$1"; }

# Prints the apt options with which this machine reaches its package servers.
acquire_options ()
{
  apt-config dump | grep -E '^Acquire::(https?|ftp|socks|Retries|ForceIPv[46]|Check-Date|Check-Valid-Until)\b' \
    | grep -v '""' || true
}

# The functions below run where `set -e` has no effect (before ||), so each step handles its own failure.
make_base ()
{
  local part=$root.part mirror=()
  if [ -n "${PZ_DEBIAN_MIRROR:-}" ]; then
    mirror=("$PZ_DEBIAN_MIRROR")
  fi
  remove_folder "$part" && mkdir -p -- "$part/tmp" "$part/root" || return 1
  acquire_options >"$part/apt.conf" || return 1
  fetch_base "$part" "${mirror[@]}" >"$part/base.tar" || return 1
  in_namespace tar -C "$part/root" --numeric-owner -xpf "$part/base.tar" --exclude='./dev/*' || return 1
  in_namespace mkdir -p "$part/root/.ready" || return 1
  in_namespace touch "$part/root$root_mark" || return 1
  mv -- "$part/root" "$root" || return 1
  remove_folder "$part"
}

# Writes the base system to standard output as a tar file.
fetch_base ()
{
  local part=$1
  shift
  set -- --variant=minbase --format=tar --dpkgopt=force-unsafe-io --aptopt="$part/apt.conf" "$suite" - "$@"
  if [ "$(id -u)" = 0 ]; then
    TMPDIR=$part/tmp unshare -m -- mmdebstrap --mode=root "$@"
  else
    mmdebstrap --mode=unshare "$@"
  fi
}

# Safe to repeat at any point: apt and dpkg first complete the operation in which they were killed.
install_packages ()
{
  local wanted file name settings=(HOME=/root PATH="$system_path" LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive)
  for file in /etc/resolv.conf /etc/hosts; do
    if [ -e "$file" ]; then
      in_namespace cp -L --remove-destination -- "$file" "$root$file" || return 1
    fi
  done
  for name in http_proxy https_proxy no_proxy; do
    if [ -n "${!name:-}" ]; then
      settings+=("$name=${!name}")
    fi
  done
  mapfile -t wanted < <(packages_for build test extra)
  in_namespace cp -- "$tree/dev.d/provision" "$root/root/provision" || return 1
  in_namespace bash "$tree/dev.d/enter-root" "$root" / "${settings[@]}" \
    -- sh /root/provision "$suite" "${wanted[@]}" || return 1
  sync -f -- "$root" || return 1
  in_namespace touch "$root/.ready/$key"
}

enter_root ()
{
  local map=()
  if [ "$(id -u)" != 0 ]; then
    map=(--map-root-user)
  fi
  exec unshare -m "${map[@]}" -- bash "$tree/dev.d/enter-root" "$root" "$tree" "${variables[@]}" -- "$@"
}
