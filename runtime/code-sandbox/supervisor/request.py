"""What a run is asked to do. Everything is checked here again: the function may be invoked by another caller than expected."""

import base64
import binascii
import re
from typing import List, NamedTuple, Tuple

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_MOST_CODE_BYTES = 512 * 1024
_MOST_INPUT_BYTES = 5 * 1024 * 1024
_MOST_FILES = 16

# The lowest and the highest that an app may declare.
_LIMITS = {
    "timeoutMs": (100, 900_000),
    "memoryMb": (64, 10_240),
    "maxProcesses": (1, 1_000),
    "maxOutputBytes": (1, 4 * 1024 * 1024),
    "maxFileBytes": (0, 4 * 1024 * 1024),
    "maxFiles": (0, _MOST_FILES),
}

# The first is the name of the file that the code is written to.
_LANGUAGES = {"python": "main.py", "javascript": "main.js"}


class Refused(Exception):
    """The run doesn't begin. The text says why, and is for the agent."""


class Request(NamedTuple):
    language: str
    code: bytes
    files: List[Tuple[str, bytes]]
    outputs: List[str]
    limits: dict
    keep_directory: bool

    @property
    def main(self) -> str:
        return _LANGUAGES[self.language]


def read_request(event: object) -> Request:
    event = _object(event, "the event")
    if event.get("v") != 1:
        raise Refused("The event has an unknown version.")
    language = event.get("language")
    if language not in _LANGUAGES:
        raise Refused("The language must be python or javascript.")
    code = event.get("code")
    if not isinstance(code, str):
        raise Refused("The code must be a text.")
    code = _encoded(code, "The code")
    if len(code) > _MOST_CODE_BYTES:
        raise Refused(f"The code has {len(code)} bytes, and {_MOST_CODE_BYTES} is the most.")
    keep_directory = event.get("keepDirectory")
    if not isinstance(keep_directory, bool):
        raise Refused("keepDirectory must be true or false.")
    return Request(
        language=str(language),
        code=code,
        files=_files(event, _LANGUAGES[str(language)]),
        outputs=_outputs(event.get("outputs")),
        limits=_limits(event.get("limits")),
        keep_directory=keep_directory,
    )


def _files(event: dict, main: str) -> List[Tuple[str, bytes]]:
    files = []
    for given in _array(event.get("inputs"), "inputs"):
        given = _object(given, "an input")
        files.append((_file_name(given.get("name")), _content(given)))
    arguments = event.get("arguments")
    if arguments is not None:
        if not isinstance(arguments, str):
            raise Refused("The arguments must be a text.")
        files.append(("arguments.json", _encoded(arguments, "The arguments")))
    names = [name for name, _ in files]
    if len(set(names)) != len(names) or main in names:
        raise Refused(f"Two files have one name. {main} is the code, arguments.json are the arguments of a script.")
    if sum(len(content) for _, content in files) > _MOST_INPUT_BYTES:
        raise Refused(f"The inputs have more than {_MOST_INPUT_BYTES} bytes together.")
    return files


def _content(given: dict) -> bytes:
    text, encoded = given.get("text"), given.get("base64")
    if isinstance(text, str) and encoded is None:
        return _encoded(text, "An input")
    if isinstance(encoded, str) and text is None:
        try:
            return base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise Refused("An input isn't base64.") from None
    raise Refused("An input has either text or base64.")


def _outputs(value: object) -> List[str]:
    return [_file_name(name) for name in _array(value, "outputs")]


def _limits(value: object) -> dict:
    given = _object(value, "the limits")
    limits = {}
    for name, (least, most) in _LIMITS.items():
        number = given.get(name)
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
            raise Refused(f"{name} must be a whole number from {least} to {most}.")
        limits[name] = number
    return limits


def _file_name(name: object) -> str:
    if not isinstance(name, str) or not _FILE_NAME.fullmatch(name):
        raise Refused("A file's name has letters, digits, dots, dashes and underscores, begins with a letter or a digit, and has 80 at most.")
    return name


def _array(value: object, what: str) -> list:
    if not isinstance(value, list) or len(value) > _MOST_FILES:
        raise Refused(f"{what} must be a list of {_MOST_FILES} at most.")
    return value


def _object(value: object, what: str) -> dict:
    if not isinstance(value, dict):
        raise Refused(f"{what} must be an object.")
    return value


def _encoded(text: str, what: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused(f"{what} has half of a surrogate pair.") from None
