"""
Runs one piece of code and says how it ended. The handler starts this program for each run, with the run on standard input,
so nothing that a run has changed is left in the memory of the next.
"""

import hashlib
import json
import os
import signal
import stat
import sys
import time
from typing import Tuple

import answer
import directories
import kernel
import processes
from host import Host, read_host
from launch import NoNamespaces, Run, can_change_user, launch
from request import Refused, Request, read_request
from watch import watch

_SECONDS_TO_END = 2.0
_SECONDS_TO_CLEAR = 4.0
_FOR_EVERYBODY = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue")
_LOWEST_USER = 30_000
_USERS = 30_000


def main() -> None:
    started = time.monotonic()
    given = json.loads(sys.stdin.buffer.read())
    kernel.die_with_parent(signal.SIGKILL)
    kernel.adopt_orphans()
    # On Lambda the code has our user, and our environment is the function's.
    kernel.hide_memory(True)
    host = read_host(given["host"])
    isolation: list = []
    try:
        request = read_request(given.get("event"))
        described = _run(request, host, isolation)
    except Refused as error:
        described = answer.refused(str(error))
    described["durationMs"] = round((time.monotonic() - started) * 1000)
    json.dump({"answer": answer.within_lambda(described), "isolation": isolation}, sys.stdout)


def _run(request: Request, host: Host, isolation: list) -> dict:
    uid = _own_user(request, host)
    if host.known_processes:
        _end_leftovers(host)
    kept = _kept_folder(request, host, uid)
    keep = (os.path.basename(kept),) if kept else ()
    if not directories.clear(host.base, keep, _SECONDS_TO_CLEAR):
        raise Refused("The sandbox still holds files of an earlier run that it can't remove, so it runs nothing. Try again later.")
    try:
        run, in_namespaces = _launch(request, host, uid, kept)
        isolation += _isolation(in_namespaces, uid)
        try:
            return _finish(request, host, run, uid, in_namespaces)
        finally:
            for each in (run.stdout, run.stderr, run.status, run.folder):
                os.close(each)
    finally:
        directories.clear(host.base, keep, _SECONDS_TO_CLEAR)
        if uid >= 0:
            for folder in _FOR_EVERYBODY:
                directories.clear_of_user(folder, uid, _SECONDS_TO_CLEAR)


def _launch(request: Request, host: Host, uid: int, kept: str) -> Tuple[Run, bool]:
    if host.may_use_namespaces:
        try:
            return launch(request, host, uid, kept, in_namespaces=True), True
        except NoNamespaces:
            pass
    return launch(request, host, uid, kept, in_namespaces=False), False


def _finish(request: Request, host: Host, run: Run, uid: int, in_namespaces: bool) -> dict:
    watched = watch(run, request.limits, uid)
    ended = _how_it_ended(run, in_namespaces)
    # Before the files are read: what still runs could change them in the meantime.
    is_over = processes.end_all(uid, _SECONDS_TO_END)
    if not is_over:
        raise Refused("Processes of the run couldn't be ended, so nothing of it is handed back.")
    if ended.startswith("X"):
        raise Refused("The sandbox couldn't start the interpreter.")
    files, notes = directories.read_outputs(run.folder, request.outputs, request.limits, uid)
    return answer.describe(request, host, run.work, watched, ended, files, notes)


def _how_it_ended(run: Run, in_namespaces: bool) -> str:
    """E and the exit code, S and the signal, or X and why it never began. Empty: it was ended, or still runs."""
    try:
        told = os.read(run.status, 500).decode()
    except BlockingIOError:
        return ""
    if told or in_namespaces:
        # There, the process that we started is only the one that started the first of the run.
        return told or "S9"
    pid, status = os.waitpid(run.pid, os.WNOHANG)
    if pid == 0:
        return ""
    return f"S{os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"E{os.WEXITSTATUS(status)}"


def _own_user(request: Request, host: Host) -> int:
    """
    A user that nothing else on this machine has, so that files and processes tell whose they are. A kept directory needs the
    same user again. -1: we may not change the user.
    """
    if not can_change_user():
        return -1
    wanted = _number_of(host.tenant) if request.keep_directory else os.getpid()
    used = {process.uid for process in processes.all_processes()}
    for attempt in range(1 if request.keep_directory else 100):
        uid = _LOWEST_USER + (wanted + attempt) % _USERS
        if uid not in used:
            return uid
    raise Refused("Another run of this session isn't over yet. Try again later.")


def _kept_folder(request: Request, host: Host, uid: int) -> str:
    if not request.keep_directory:
        return ""
    if not host.tenant:
        raise Refused("A working directory is shared within one session, and this call doesn't say whose it is.")
    path = os.path.join(host.base, f"kept-{hashlib.sha256(host.tenant.encode()).hexdigest()}")
    # Code that has our user may have put something else there. Then the directory is empty again.
    if os.path.lexists(path) and not stat.S_ISDIR(os.lstat(path).st_mode):
        os.unlink(path)
    os.makedirs(path, mode=0o700, exist_ok=True)
    if uid >= 0:
        os.chown(path, uid, uid)
    return path


def _number_of(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _end_leftovers(host: Host) -> None:
    """Where nothing but the function runs, what its runtime didn't have before the first run was left by a killed supervisor."""
    ours = {os.getpid(), *host.known_processes}
    for process in processes.all_processes():
        if process.uid == os.getuid() and process.pid not in ours:
            try:
                os.kill(process.pid, signal.SIGKILL)
            except OSError:
                pass


def _isolation(in_namespaces: bool, uid: int) -> list:
    """What this host gave, for the log. On AWS the microVM and its network are the wall; what is listed here comes on top."""
    given = ["limits", "system calls"]
    if in_namespaces:
        given += ["files", "network", "processes"]
    if uid >= 0 or in_namespaces:
        given.append("user")
    return given


if __name__ == "__main__":
    main()
