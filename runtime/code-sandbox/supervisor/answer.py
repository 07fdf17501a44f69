"""What a run's answer says, and what it never says: where on the host things are."""

import json
import os
import sys
from typing import Dict, List, Optional

from host import Host
from private_root import NODE
from request import Request
from watch import Watched

_MOST_FILE_BYTES = 3 * 1024 * 1024
# Lambda's answers have 6 MB at most, and JSON writes a control character as six.
_MOST_ANSWER_BYTES = 5_500_000


def refused(reason: str) -> dict:
    return {"v": 1, "status": "refused", "stdout": "", "stderr": reason, "files": [], "durationMs": 0}


def describe(request: Request, host: Host, work: str, watched: Watched, ended: str, files: List[dict], notes: List[str]) -> dict:
    stdout = _text(_without_host_paths(watched.stdout, host, work), request.limits["maxOutputBytes"])
    stderr = _text(_without_host_paths(watched.stderr, host, work), request.limits["maxOutputBytes"] - len(stdout.encode()))
    kept, left_out = _within_the_answer(files)
    exit_code = int(ended[1:]) if ended.startswith("E") else None
    described = {
        "v": 1,
        "status": watched.stopped or _status(exit_code, ended, stderr),
        "stdout": stdout,
        "stderr": stderr,
        "files": kept,
    }
    if exit_code is not None and watched.stopped is None:
        described["exitCode"] = exit_code
    said = [*notes, *left_out]
    if watched.stopped == "too_much_output":
        said.append(f"The output is cut at {request.limits['maxOutputBytes']} bytes.")
    if said:
        described["notes"] = said
    return described


def within_lambda(described: dict) -> dict:
    if len(json.dumps(described)) <= _MOST_ANSWER_BYTES:
        return described
    note = "Output and files are left out: they are too large for one answer."
    return {**described, "status": "too_much_output", "stdout": "", "stderr": "", "files": [], "notes": [note]}


def _status(exit_code: Optional[int], ended: str, stderr: str) -> str:
    if exit_code == 0:
        return "ok"
    last = stderr.rstrip().rsplit("\n", 1)[-1]
    if last.startswith("MemoryError") or "JavaScript heap out of memory" in stderr:
        return "out_of_memory"
    # SIGXCPU: the kernel's own limit of time.
    if ended == "S24":
        return "timeout"
    return "error" if exit_code is not None else "crashed"


def _text(content: bytes, most: int) -> str:
    """A byte that isn't UTF-8 becomes a character of three, so the limit is applied again."""
    text = content.decode("utf-8", "replace")
    return text.encode("utf-8")[:most].decode("utf-8", "ignore")


def _without_host_paths(content: bytes, host: Host, work: str) -> bytes:
    replaced: Dict[str, str] = {
        f"{work}/": "",
        work: ".",
        os.path.join(host.base, "run"): "..",
        f"{host.python_packages}/": "packages/",
        f"{host.node_packages}/": "packages/",
        f"{_library_of(host.python)}/": "python/",
        host.python: "python",
        NODE: "node",
        host.node: "node",
        f"{os.path.dirname(os.path.dirname(host.node))}/lib/": "node/lib/",
        # What an interpreter makes of it, such as the folders above where it looks for packages.
        host.base: "/tmp",
    }
    for path, shown in replaced.items():
        # An empty path is one that this host doesn't have.
        if len(path) > 1:
            content = content.replace(os.fsencode(path), shown.encode())
    return content


def _library_of(python: str) -> str:
    home = os.path.dirname(os.path.dirname(os.path.realpath(python)))
    return os.path.join(home, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}")


def _within_the_answer(files: List[dict]):
    kept: List[dict] = []
    notes: List[str] = []
    room = _MOST_FILE_BYTES
    for file in files:
        if file["bytes"] > room:
            notes.append(f"{file['name']} is left out: the files of a run have {_MOST_FILE_BYTES} bytes together at most.")
        else:
            room -= file["bytes"]
            kept.append(file)
    return kept, notes
