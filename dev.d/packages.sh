# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Sourced by `dev`: reads the table dev.d/packages, installs packages on this system, checks for existing tools.

# Prints the names in the table whose need is one of the arguments.
packages_for ()
{
  local name need
  while read -r name need _; do
    case " $* " in *" $need "*) printf '%s\n' "$name" ;; esac
  done < <(grep -v '^#' "$tree/dev.d/packages")
}

# Prints those of its arguments that are not installed.
missing_of ()
{
  dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null \
    | sed -n 's/^installed //p' | sort -u \
    | comm -13 - <(printf '%s\n' "$@" | sort -u)
}

is_installed () { [ -z "$(missing_of "$1")" ]; }

is_available ()
{
  [ "$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -vc '(none)')" != 0 ]
}

as_root ()
{
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    die "expected root or sudo for \"$*\", found neither: run it as root, then call ./dev again"
  fi
}

apt_install ()
{
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >&2
}

# Retries with new package lists: old lists name files that no longer exist, and a new machine has no lists.
install_native ()
{
  say "installing packages of this system: $*"
  apt_install "$@" || { say 'fetching the package lists, then trying again'; as_root apt-get update -qq >&2 && apt_install "$@"; }
}

set_up_native ()
{
  local mark missing wanted name
  mark=$cache/native-$(packages_for build test extra | sha256sum | cut -c1-16)
  mapfile -t wanted < <(packages_for build test)
  mapfile -t missing < <(missing_of "${wanted[@]}")
  if [ ${#missing[@]} -eq 0 ] && [ -e "$mark" ]; then
    return
  fi
  exec 9>"$cache/native.lock"
  flock 9
  mapfile -t wanted < <(packages_for extra)
  for name in $(missing_of "${wanted[@]}"); do
    if is_available "$name"; then
      missing+=("$name")
    fi
  done
  if [ ${#missing[@]} -gt 0 ]; then
    install_native "${missing[@]}" || die 'apt-get could not install the packages, see above'
  fi
  touch "$mark"
  exec 9>&-
}

# Succeeds if a probe of the table finds its target.
probe ()
{
  case $1 in
    pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    py:*) python3 -c "import ${1#py:}" 2>/dev/null ;;
    -) ;;
  esac
}

set_up_plain ()
{
  local mark name need what cannot_build=
  local -A to=([build]=build [test]='run the tests and the demo' [extra]='check everything (optional)')
  mark=$cache/plain-$(sha256sum <"$tree/dev.d/packages" | cut -c1-16)
  if [ -e "$mark" ]; then
    return
  fi
  while read -r name need what; do
    if ! probe "$what"; then
      say "missing: ${what#*:} (in Debian: $name), needed to ${to[$need]}"
      if [ "$need" = build ]; then cannot_build=1; fi
    fi
  done < <(grep -v '^#' "$tree/dev.d/packages")
  if [ -n "$cannot_build" ]; then
    say 'this is no Debian-family system, so ./dev installs nothing here; everything it uses:'
    grep -v '^# SPDX' "$tree/dev.d/packages" >&2
    die 'install the missing ones with your system'\''s package manager and call ./dev again'
  fi
  touch "$mark"
}
