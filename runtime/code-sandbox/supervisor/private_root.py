"""A file system of the run's own: the interpreters to read, an empty /tmp to write, and nothing else of the host."""

import errno
import os

import kernel
from host import Host

WORK = "/tmp/work"
#: Wherever the host has it: the code learns nothing of that.
NODE = "/opt/node/bin/node"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime")
_DEVICES = ("null", "zero", "full", "random", "urandom")


def enter(host: Host, kept: str) -> None:
    """Makes it the root of this process, which must have a mount namespace of its own. `kept` is a folder to work in, or empty."""
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    root = os.path.join(host.base, "root")
    os.makedirs(root, exist_ok=True)
    kernel.mount(
        "tmpfs", root, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, f"size={host.disk_mb}m,nr_inodes=65536,mode=755"
    )
    for path in _readable(host):
        _show(path, root)
    _bind_readonly(os.path.realpath(host.node), root + NODE)
    for device in _DEVICES:
        _bind(f"/dev/{device}", f"{root}/dev/{device}")
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    os.makedirs(f"{root}/proc")
    kernel.mount("proc", f"{root}/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC, "hidepid=2")
    os.makedirs(f"{root}{WORK}")
    os.chmod(f"{root}/tmp", 0o1777)
    if kept:
        kernel.mount(kept, f"{root}{WORK}", "", kernel.MS_BIND)
    os.chdir(root)
    # Both names are the new root: the old one then lies on top of it, and goes.
    kernel.pivot_root(".", ".")
    kernel.detach(".")
    os.chdir("/")


def _readable(host: Host):
    python_home = os.path.dirname(os.path.dirname(os.path.realpath(host.python)))
    wanted = [*_SYSTEM, python_home, host.python_packages, host.node_packages]
    for path in wanted:
        if path and os.path.lexists(path) and not (path.startswith("/usr/") or path == "/"):
            yield path


def _show(path: str, root: str) -> None:
    target = root + path
    if os.path.islink(path):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        # Such as /bin, which is a link to usr/bin.
        os.symlink(os.readlink(path), target)
        return
    _bind_readonly(path, target)


def _bind_readonly(path: str, target: str) -> None:
    _bind(path, target)
    _make_readonly(target)


def _bind(path: str, target: str) -> None:
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb"):
            pass
    kernel.mount(path, target, "", kernel.MS_BIND | kernel.MS_REC)


def _make_readonly(target: str) -> None:
    # The kernel refuses to take away a flag that the host has set, so these are named again.
    flags = kernel.MS_NOSUID | kernel.MS_NODEV
    already = os.statvfs(target).f_flag
    if already & os.ST_NOEXEC:
        flags |= kernel.MS_NOEXEC
    if already & os.ST_NOATIME:
        flags |= kernel.MS_NOATIME
    try:
        kernel.mount("none", target, "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | flags)
    except OSError as error:
        if error.errno != errno.EPERM or not already & os.ST_RDONLY:
            raise
