"""What runs because of the run, as the kernel tells it, and how it ends."""

import os
import signal
import time
from typing import Dict, List, NamedTuple, Set

_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


class Process(NamedTuple):
    pid: int
    parent: int
    threads: int
    memory_kb: int
    is_zombie: bool
    uid: int


def all_processes() -> List[Process]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            process = _read(name)
            if process is not None:
                found.append(process)
    return found


def _read(pid: str):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
            uid = os.fstat(file.fileno()).st_uid
    except OSError:
        return None
    # The program chooses its own name, also one with brackets and spaces.
    fields = text[text.rindex(b")") + 2 :].split()
    return Process(
        pid=int(pid),
        parent=int(fields[1]),
        threads=int(fields[17]),
        memory_kb=int(fields[21]) * _PAGE_KB,
        is_zombie=fields[0] == b"Z",
        uid=uid,
    )


def of_the_run(own_uid: int, everything: List[Process]) -> List[Process]:
    """
    All that comes from this process, and all of the run's own user. The supervisor adopts orphans, so a daemon that left its
    group and its session is still below it. `own_uid` is -1 where the run has no user of its own.
    """
    children: Dict[int, List[Process]] = {}
    for process in everything:
        children.setdefault(process.parent, []).append(process)
    found: Set[Process] = set()
    open_ends = [os.getpid()]
    while open_ends:
        for child in children.get(open_ends.pop(), []):
            if child not in found:
                found.add(child)
                open_ends.append(child.pid)
    if own_uid >= 0:
        found.update(process for process in everything if process.uid == own_uid)
    return [process for process in found if process.pid != os.getpid()]


def tasks_of_user(uid: int) -> int:
    """Threads are what the kernel's limit of processes counts."""
    return sum(process.threads for process in all_processes() if process.uid == uid)


def end_all(own_uid: int, seconds: float) -> bool:
    """Ends everything of the run. Each is stopped before any is killed, so that none can start another in the meantime."""
    deadline = time.monotonic() + seconds
    while True:
        alive = [process for process in of_the_run(own_uid, all_processes()) if not process.is_zombie]
        reap()
        if not alive:
            return True
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for process in alive:
                try:
                    os.kill(process.pid, number)
                except OSError:
                    pass
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)


def reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass
