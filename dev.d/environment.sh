# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Sourced by `dev`: selects the environment that commands run in, and enters it.
#
#   inside   already in the Debian 13 root (a `./dev` called from a command that `./dev` runs)
#   native   a Debian-family system with GIMP 3: packages installed by apt
#   root     another Debian-family system: a Debian 13 root in the cache folder (root.sh)
#   plain    any other system: the tools must be installed already
#
# Sets: mode, cache, variables (the environment passed to commands, NAME=VALUE).

system_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
root_mark=/etc/gimp-personalize-root

# Sets HOME to an existing writable folder, whatever the caller's HOME is, and sets cache.
choose_folders ()
{
  if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" | cut -d: -f6) || true
  fi
  if [ -z "$HOME" ] || [ "$HOME" = / ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
    HOME=/var/tmp/gimp-personalize-home-$(id -u)
    mkdir -p -m 700 -- "$HOME"
  fi
  HOME=$(cd -- "$HOME" && pwd -P)
  export HOME
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/gimp-personalize
  mkdir -p -- "$cache" || die "cannot make the cache folder $cache"
  cache=$(cd -- "$cache" && pwd -P)
}

choose_mode ()
{
  export PATH="${PATH:+$PATH:}$system_path"
  choose_folders
  if [ -n "${PZ_DEV_MODE:-}" ]; then
    mode=$PZ_DEV_MODE
  elif [ -e $root_mark ]; then
    mode=inside
  elif command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    if is_installed libgimp-3.0-dev; then
      mode=native
    elif root_is_ready || older_than_debian_13; then
      mode=root
    elif is_available libgimp-3.0-dev || { as_root apt-get update -qq && is_available libgimp-3.0-dev; }; then
      mode=native
    else
      mode=root
    fi
  else
    mode=plain
  fi
  case $mode in
    inside | native | root) PATH=$system_path ;;
    plain) ;;
    *) die "PZ_DEV_MODE: expected native, root or plain, found \"$mode\"" ;;
  esac
}

older_than_debian_13 ()
{
  # shellcheck source=/dev/null
  ( . /etc/os-release && [ "${ID:-}" = debian ] && [ "${VERSION_ID:-99}" -lt 13 ] ) 2>/dev/null
}

describe_mode ()
{
  case $mode in
    inside) printf 'inside the Debian 13 root' ;;
    native) printf 'packages of this system' ;;
    root) printf 'a Debian 13 root in %s' "$root" ;;
    plain) printf 'the tools of this system' ;;
  esac
}

set_up ()
{
  case $mode in
    inside) ;;
    native) set_up_native ;;
    root) set_up_root ;;
    plain) set_up_plain ;;
  esac
}

# Sets variables to a clean environment plus those of the caller's variables that are passed on deliberately.
collect_variables ()
{
  local name
  variables=(HOME="$HOME" PATH="$PATH" LANG=C.UTF-8 TERM="${TERM:-dumb}" SHELL=/bin/bash PYTHONNOUSERSITE=1)
  for name in $(compgen -e); do
    case $name in
      PZ_DEV_MODE) ;;
      CI | LC_ALL | LANGUAGE | DISPLAY | WAYLAND_DISPLAY | XAUTHORITY | XDG_RUNTIME_DIR | \
      XDG_*_HOME | PZ_* | PERSONALIZE_* | VK_* | LP_* | MESA_* | GALLIUM_* | GIMP_* | GIMP3_* | \
      G_* | GTK_* | GDK_* | ASAN_* | LSAN_* | UBSAN_* | TSAN_* | MESON_* | SOURCE_DATE_EPOCH)
        variables+=("$name=${!name}") ;;
    esac
  done
  # keep the driver's compiled shaders in the cache folder, so that they outlive the environment
  if [ -z "${MESA_SHADER_CACHE_DIR:-}" ]; then
    mkdir -p -- "$cache/mesa"
    variables+=(MESA_SHADER_CACHE_DIR="$cache/mesa")
  fi
  if [ -z "${PZ_TEST_DATA:-}" ] && [ -d "$tree/../shared" ]; then
    variables+=(PZ_TEST_DATA="$(cd -- "$tree/../shared" && pwd -P)")
  fi
}

# Replaces this process with a command in the environment, so that signals reach it and its exit status is ours.
enter ()
{
  if [ "$mode" = root ]; then
    enter_root "$@"
  fi
  exec env -i "${variables[@]}" /bin/sh -c 'cd "$0" && exec "$@"' "$tree" "$@"
}
