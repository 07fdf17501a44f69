"""The files of a run: written before it, read after it, and removed. Nothing of it follows a link that the code has made."""

import base64
import hashlib
import os
import stat
import time
from typing import Callable, Dict, List, Optional, Tuple

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe without a writer would block the open, and a device could do anything.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def _open_folder(path: str) -> int:
    return os.open(path, _FOLDER)


def write_file(folder: int, name: str, content: bytes, uid: int) -> None:
    """Replaces what is there, and never writes through it: a kept directory may hold a link of that name."""
    if _owner(folder, name) is not None:
        _remove(folder, [name], time.monotonic() + 2)
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        if uid >= 0:
            os.fchown(stream.fileno(), uid, uid)


def read_outputs(folder: int, names: List[str], limits: dict, uid: int) -> Tuple[List[dict], List[str]]:
    """The files that the run was to hand back, and a sentence for each that it doesn't."""
    files: List[dict] = []
    notes: List[str] = []
    for name in dict.fromkeys(names):
        if len(files) >= limits["maxFiles"]:
            notes.append(f"{name} is left out: a run hands back {limits['maxFiles']} files at most.")
            continue
        content, problem = _read_output(folder, name, limits["maxFileBytes"], uid)
        if content is None:
            notes.append(f"{name} is left out: {problem}")
        else:
            files.append(_described(name, content))
    return files, notes


def _read_output(folder: int, name: str, most: int, uid: int) -> Tuple[Optional[bytes], str]:
    try:
        file = os.open(name, _FILE, dir_fd=folder)
    except FileNotFoundError:
        return None, "the run made no such file."
    except OSError:
        return None, "it isn't a file that can be opened, such as a link or a socket."
    try:
        problem = _problem_of(os.fstat(file), most, uid)
        return (None, problem) if problem else (_read_at_most(file, most), "")
    finally:
        os.close(file)


def _problem_of(found: os.stat_result, most: int, uid: int) -> str:
    if not stat.S_ISREG(found.st_mode):
        return "it isn't a regular file."
    if found.st_nlink != 1 or (uid >= 0 and found.st_uid != uid):
        return "it is a second name of another file."
    return f"it has {found.st_size} bytes, and {most} is the most." if found.st_size > most else ""


def _read_at_most(file: int, most: int) -> bytes:
    content = b""
    while len(content) < most:
        chunk = os.read(file, most - len(content))
        if not chunk:
            break
        content += chunk
    return content


def _described(name: str, content: bytes) -> dict:
    described: Dict[str, object] = {"name": name}
    try:
        text = content.decode("utf-8")
        if "\0" in text:
            raise ValueError("binary")
        described["text"] = text
    except ValueError:
        described["base64"] = base64.b64encode(content).decode("ascii")
    described["bytes"] = len(content)
    described["sha256"] = hashlib.sha256(content).hexdigest()
    return described


def clear(path: str, keep: Tuple[str, ...], seconds: float) -> bool:
    """Empties a folder but for the names to keep. False if something is left."""
    return _clear_where(path, lambda _, name: name not in keep, seconds)


def clear_of_user(path: str, uid: int, seconds: float) -> bool:
    """Removes what belongs to the run's own user in a folder that everybody may write to. False if something is left."""
    return _clear_where(path, lambda folder, name: _owner(folder, name) == uid, seconds)


def _clear_where(path: str, is_ours: Callable[[int, str], bool], seconds: float) -> bool:
    try:
        top = _open_folder(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        _remove(top, [name for name in os.listdir(top) if is_ours(top, name)], time.monotonic() + seconds)
        return not any(is_ours(top, name) for name in os.listdir(top))
    except OSError:
        return False
    finally:
        os.close(top)


def _remove(top: int, names: List[str], deadline: float) -> None:
    """
    Removes entries of a folder, whatever they are. What is in a subfolder moves up instead of being walked, so neither the
    stack, nor open files, nor the length of a path grows with what the code has made.
    """
    waiting = list(names)
    moved = 0
    while waiting:
        name = waiting.pop()
        if not _is_folder(top, name):
            os.unlink(name, dir_fd=top)
            continue
        folder = _open_closed_folder(top, name)
        try:
            for inside in _empty_of_files(folder, deadline):
                # Moving a folder changes its "..", so it must be writable.
                os.chmod(inside, 0o700, dir_fd=folder)
                moved += 1
                while _owner(top, f".moved-{moved}") is not None:
                    moved += 1
                os.rename(inside, f".moved-{moved}", src_dir_fd=folder, dst_dir_fd=top)
                waiting.append(f".moved-{moved}")
        finally:
            os.close(folder)
        os.rmdir(name, dir_fd=top)


def _empty_of_files(folder: int, deadline: float) -> List[str]:
    """Removes all but folders, and returns the names of these."""
    folders = []
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if count % 1024 == 0 and time.monotonic() > deadline:
                raise TimeoutError
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders


def _open_closed_folder(folder: int, name: str) -> int:
    """Opens a folder that its owner has closed to everybody."""
    os.chmod(name, 0o700, dir_fd=folder)
    return os.open(name, _FOLDER, dir_fd=folder)


def _is_folder(folder: int, name: str) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def _owner(folder: int, name: str) -> Optional[int]:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_uid
    except FileNotFoundError:
        return None
