"""Makes the virtual environment of the emulator, or finds the one that is there to be good.

Usage: make_venv.py VENV_DIRECTORY REQUIREMENTS_FILE

A lock that the system releases when its holder ends makes two runs that start at once safe. The stamp is written last:
an environment without the right stamp, or whose Python no longer runs, is made again from nothing.
"""

import fcntl
import hashlib
import pathlib
import shutil
import subprocess
import sys
import venv


def fingerprint(requirements: pathlib.Path) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(requirements.read_bytes() + version.encode()).hexdigest()


def is_good(directory: pathlib.Path, expected: str) -> bool:
    stamp = directory / "stamp"
    if not stamp.is_file() or stamp.read_text() != expected:
        return False
    check = [str(directory / "bin" / "python"), "-c", "import ministack, cryptography, boto3"]
    try:
        return subprocess.run(check, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def make(directory: pathlib.Path, requirements: pathlib.Path, expected: str) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    print(f"making the Python environment in {directory} (once; about half a minute)", flush=True)
    venv.create(directory, with_pip=True)
    pip = [str(directory / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
           "--no-input", "--requirement", str(requirements)]
    subprocess.run(pip, check=True)
    (directory / "stamp").write_text(expected)


def main() -> None:
    directory, requirements = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    directory.parent.mkdir(parents=True, exist_ok=True)
    expected = fingerprint(requirements)
    with open(directory.parent / "venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_good(directory, expected):
            make(directory, requirements, expected)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(error.cmd[:4])} failed with exit code {error.returncode}")
