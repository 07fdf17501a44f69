"""Starts the interpreter with everything taken from it that the host lets us take."""

import os
import signal
import socket
import sys
from typing import List, NamedTuple, NoReturn

import directories
import kernel
import private_root
from host import Host
from limits import limit_resources
from request import Request
from system_calls import refuse_system_calls

_NAMESPACES = (
    kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWCGROUP
)
_CANNOT_START = 125


class NoNamespaces(Exception):
    """This host doesn't let us make a file system, network and process numbers for the run alone."""


class Run(NamedTuple):
    pid: int
    stdout: int
    stderr: int
    #: How the code ended, or why it wasn't started.
    status: int
    #: The working directory.
    folder: int
    #: Its name to the code.
    work: str


class _Ends(NamedTuple):
    """The child's ends."""

    stdout: int
    stderr: int
    status: int


def launch(request: Request, host: Host, uid: int, kept: str, in_namespaces: bool) -> Run:
    """
    Starts the code. `uid` is the run's own user, or -1 where we may not change ours. `kept` is the folder to work in, or empty.
    @throws NoNamespaces before anything of the run has started
    """
    readers, writers = zip(*(os.pipe() for _ in range(3)))
    ends = _Ends(*writers)
    for reader in readers:
        os.set_blocking(reader, False)
    start = _in_namespaces if in_namespaces else _in_process
    try:
        pid, folder, work = start(request, host, uid, kept, ends)
    except BaseException:
        for reader in readers:
            os.close(reader)
        raise
    finally:
        for writer in writers:
            os.close(writer)
    return Run(pid, *readers, folder, work)


def _in_process(request: Request, host: Host, uid: int, kept: str, ends: _Ends):
    run = os.path.join(host.base, "run")
    work = kept or os.path.join(run, "work")
    for path, mode in ((run, 0o711), (os.path.join(run, "tmp"), 0o700), (work, 0o700)):
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        if uid >= 0 and path != run:
            os.chown(path, uid, uid)
    if host.node_packages:
        os.symlink(host.node_packages, os.path.join(run, "node_modules"))
    folder = os.open(work, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    _write_files(folder, request, uid)
    pid = os.fork()
    if pid == 0:
        kernel.die_with_parent(signal.SIGKILL)
        _become_code(request, host, uid, ends, folder, os.path.join(run, "tmp"))
    return pid, folder, work


def _in_namespaces(request: Request, host: Host, uid: int, kept: str, ends: _Ends):
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            kernel.die_with_parent(signal.SIGKILL)
            os.setsid()
            _unshare(uid)
            init = os.fork()
            if init == 0:
                _be_init(request, host, uid, kept, ends, theirs)
            theirs.close()
            os.waitpid(init, 0)
        except BaseException as error:
            _tell(ends.status, f"X{error}")
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        ours.settimeout(10)
        try:
            message, folders, _, _ = socket.recv_fds(ours, 1, 1)
        except OSError:
            message, folders = b"", []
    if not message or not folders:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise NoNamespaces
    return pid, folders[0], private_root.WORK


def _unshare(uid: int) -> None:
    if uid >= 0:
        kernel.unshare(_NAMESPACES)
        return
    own_uid, own_gid = os.getuid(), os.getgid()
    kernel.unshare(_NAMESPACES | kernel.CLONE_NEWUSER)
    # The files below belong to root while our memory is hidden.
    kernel.hide_memory(False)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {own_uid} 1"), ("gid_map", f"0 {own_gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    kernel.hide_memory(True)


def _be_init(request: Request, host: Host, uid: int, kept: str, ends: _Ends, supervisor: socket.socket) -> NoReturn:
    """The first process of the run's own numbers: when it ends, the kernel kills all the others."""
    try:
        kernel.die_with_parent(signal.SIGKILL)
        private_root.enter(host, kept)
        folder = os.open(private_root.WORK, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        if uid >= 0:
            os.fchown(folder, uid, uid)
        os.fchmod(folder, 0o700)
        _write_files(folder, request, uid)
        if host.node_packages:
            os.symlink(host.node_packages, "/tmp/node_modules")
        socket.send_fds(supervisor, [b"."], [folder])
        supervisor.close()
        main = os.fork()
        if main == 0:
            inside = host._replace(node=private_root.NODE, protected=[1])
            _become_code(request, inside, uid, ends, folder, "/tmp")
        os.close(ends.stdout)
        os.close(ends.stderr)
        while True:
            pid, status = os.wait()
            if pid == main:
                _tell(ends.status, f"S{os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"E{os.WEXITSTATUS(status)}")
                break
    except BaseException as error:
        _tell(ends.status, f"X{error}")
    finally:
        os._exit(0)


def _become_code(request: Request, host: Host, uid: int, ends: _Ends, folder: int, temporary: str) -> NoReturn:
    try:
        os.setsid()
        os.fchdir(folder)
        nothing = os.open("/dev/null", os.O_RDONLY)
        for source, target in ((nothing, 0), (ends.stdout, 1), (ends.stderr, 2)):
            os.dup2(source, target)
        # The status is told by this process until it becomes another program.
        os.dup2(ends.status, 3, inheritable=False)
        os.closerange(4, 4096)
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.umask(0o022)
        limit_resources(request, host.disk_mb, uid if uid >= 0 else os.getuid())
        if uid >= 0:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            # Changing the user takes this away.
            kernel.die_with_parent(signal.SIGKILL)
        kernel.drop_privileges_for_good()
        refuse_system_calls(host.protected)
        command = _command(request, host)
        os.execve(command[0], command, _environment(host, os.getcwd(), temporary))
    except BaseException as error:
        _tell(3, f"X{error}")
    finally:
        os._exit(_CANNOT_START)


def _command(request: Request, host: Host) -> List[str]:
    if request.language == "python":
        return [host.python, "-s", "-B", request.main]
    old_space = max(32, request.limits["memoryMb"] * 3 // 4)
    return [host.node, f"--max-old-space-size={old_space}", "--no-warnings", request.main]


def _environment(host: Host, work: str, temporary: str) -> dict:
    environment = {
        "PATH": f"{os.path.dirname(host.python)}:/usr/local/bin:/usr/bin:/bin",
        "HOME": work,
        "TMPDIR": temporary,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        # A file of the working directory is never taken for a module of the library.
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        # Each of these libraries would otherwise start a thread for each processor.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    if host.libraries:
        environment["LD_LIBRARY_PATH"] = host.libraries
    if host.python_packages:
        environment["PYTHONPATH"] = host.python_packages
    if host.node_packages:
        environment["NODE_PATH"] = host.node_packages
    return environment


def _write_files(folder: int, request: Request, uid: int) -> None:
    for name, content in [*request.files, (request.main, request.code)]:
        directories.write_file(folder, name, content, uid)


def _tell(status: int, text: str) -> None:
    try:
        os.write(status, text.encode("utf-8", "replace")[:500])
    except OSError:
        pass


def can_change_user() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0
