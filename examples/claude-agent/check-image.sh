#!/bin/sh
# What the Dockerfile holds its images to. It prints the fault and ends with 1.
set -eu

fail() {
  echo "check-image: $1" >&2
  exit 1
}

case "$1" in
  # digests IMAGE…: each image is named by its digest.
  digests)
    shift
    for image in "$@"; do
      case "$image" in
        *@sha256:*) ;;
        *) fail "\"$image\" has no digest. Write NAME@sha256:…, as 'docker buildx imagetools inspect NAME' prints it." ;;
      esac
    done
    ;;
  # tree FOLDER: no file raises privileges, and nothing installs packages. Fargate can't forbid setuid files.
  tree)
    found=$(find "$2" -xdev -type f -perm /6000 | head -n 3)
    [ -z "$found" ] || fail "setuid or setgid: $found"
    found=$(find "$2" -xdev -path '*/bin/*' \( -name apt -o -name apt-get -o -name dpkg -o -name apk -o -name rpm \
      -o -name dnf -o -name microdnf -o -name yum -o -name npm -o -name yarn -o -name pip -o -name pip3 \) | head -n 3)
    [ -z "$found" ] || fail "package manager: $found"
    ;;
  # cpu ARCH: npm's name for Docker's name of an architecture.
  cpu)
    case "$2" in
      amd64) echo x64 ;;
      arm64) echo arm64 ;;
      *) fail "\"$2\" is not supported. Build for linux/amd64 or linux/arm64." ;;
    esac
    ;;
  *) fail "unknown check \"$1\"" ;;
esac
