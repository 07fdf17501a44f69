"""Waits for the end of a run, and ends it where it exceeds what was declared."""

import os
import selectors
import time
from typing import Dict, NamedTuple, Optional

from launch import Run
from limits import THREADS_OF_INTERPRETERS
from processes import all_processes, of_the_run

_LOOK_EVERY_SECONDS = 0.02
_CHUNK = 65536


class Watched(NamedTuple):
    #: Why it was ended, or None: it ended by itself.
    stopped: Optional[str]
    stdout: bytes
    stderr: bytes


class _Output:
    """What the run has written, up to the limit. What is beyond is never held in memory."""

    def __init__(self, most: int):
        self.room = most
        self.is_exceeded = False
        self.parts: Dict[int, bytearray] = {}

    def read(self, pipe: int) -> bool:
        """False at the end of the pipe, or where there is nothing to read now."""
        try:
            chunk = os.read(pipe, _CHUNK)
        except BlockingIOError:
            return False
        part = self.parts.setdefault(pipe, bytearray())
        if len(chunk) > self.room:
            self.is_exceeded = True
        part += chunk[: self.room]
        self.room -= min(len(chunk), self.room)
        return bool(chunk)


def watch(run: Run, limits: dict, own_uid: int) -> Watched:
    """Returns when the first process has ended, or a limit was exceeded. Others may still run then."""
    deadline = time.monotonic() + limits["timeoutMs"] / 1000
    output = _Output(limits["maxOutputBytes"])
    ended = os.pidfd_open(run.pid)
    stopped = None
    with selectors.DefaultSelector() as selector:
        for pipe in (run.stdout, run.stderr, ended):
            selector.register(pipe, selectors.EVENT_READ)
        is_over = False
        while not is_over and stopped is None:
            ready = selector.select(max(0, min(_LOOK_EVERY_SECONDS, deadline - time.monotonic())))
            for key, _ in ready:
                if key.fd == ended:
                    is_over = True
                elif not output.read(key.fd):
                    selector.unregister(key.fd)
            stopped = _exceeded(output, limits, own_uid, deadline)
    os.close(ended)
    if stopped is None:
        for pipe in (run.stdout, run.stderr):
            while not output.is_exceeded and output.read(pipe):
                pass
        stopped = "too_much_output" if output.is_exceeded else None
    return Watched(stopped, bytes(output.parts.get(run.stdout, b"")), bytes(output.parts.get(run.stderr, b"")))


def _exceeded(output: _Output, limits: dict, own_uid: int, deadline: float) -> Optional[str]:
    if output.is_exceeded:
        return "too_much_output"
    processes = [each for each in of_the_run(own_uid, all_processes()) if not each.is_zombie]
    threads = sum(each.threads for each in processes)
    # The supervisor's own two, which make the namespaces, count as threads of interpreters.
    if len(processes) > limits["maxProcesses"] + 2 or threads > limits["maxProcesses"] + THREADS_OF_INTERPRETERS:
        return "too_many_processes"
    most_kb = limits["memoryMb"] * 1024
    if sum(each.memory_kb for each in processes) > most_kb and sum(map(_own_share_kb, processes)) > most_kb:
        return "out_of_memory"
    return "timeout" if time.monotonic() >= deadline else None


def _own_share_kb(process) -> int:
    """Pages that several processes share are counted once, not for each: a library isn't the run's memory ten times."""
    try:
        with open(f"/proc/{process.pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return process.memory_kb
