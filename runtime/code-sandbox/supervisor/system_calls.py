"""Which system calls the code may not make: a second wall, also where there are no namespaces and no root.

Names are in the order of what they could do. Source of the numbers: the kernel's arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h.
"""

import ctypes
import errno
import struct
import sys
from typing import Dict, Iterable, List, Tuple

import kernel

# Name: (x86_64, aarch64). None: that machine doesn't have it.
_REFUSED: Dict[str, Tuple[object, object]] = {
    # Out of the sandbox: a connection, also to the host's own services. A pair of sockets stays: it connects nothing but itself.
    "socket": (41, 198),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # Into other processes.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "move_pages": (279, 239),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    # What outlives its process, or holds memory that no process shows.
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semctl": (66, 191),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "msgget": (68, 186),
    "msgctl": (71, 187),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # Other namespaces and file systems.
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    # The kernel itself: rarely used, often broken.
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "personality": (135, 92),
    "modify_ldt": (154, None),
    "iopl": (172, None),
    "ioperm": (173, None),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
}

# The C library falls back to clone, whose flags can be read. Those of clone3 are behind a pointer.
_CLONE3 = 435
# cachestat of Linux 6.5. What came later isn't judged, so it isn't there.
_LAST_KNOWN = 451

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_PRLIMIT = {"x86_64": 302, "aarch64": 261}
_SET_PRIORITY = {"x86_64": 141, "aarch64": 140}

# The first argument of each is the process that it is about: a signal to it, or when it gets a processor.
_ABOUT_PROCESS = (
    {"x86_64": 62, "aarch64": 129},  # kill
    {"x86_64": 234, "aarch64": 131},  # tgkill
    {"x86_64": 142, "aarch64": 118},  # sched_setparam
    {"x86_64": 144, "aarch64": 119},  # sched_setscheduler
    {"x86_64": 203, "aarch64": 122},  # sched_setaffinity
    {"x86_64": 314, "aarch64": 274},  # sched_setattr
)

# The second argument is a command. The refused ones say which process gets which signal when a file is ready: a kill by another name.
_COMMANDS = (
    ({"x86_64": 72, "aarch64": 25}, (8, 10, 15)),  # fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX
    ({"x86_64": 16, "aarch64": 29}, (0x8901, 0x8902)),  # ioctl: FIOSETOWN, SIOCSPGRP
)

_NEW_NAMESPACES = 0x7E020080  # All CLONE_NEW* flags.

_LOAD_WORD = 0x20
_JUMP_EQUAL = 0x15
_JUMP_ABOVE = 0x25
_JUMP_ANY_BIT = 0x45
_RETURN = 0x06
_KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000
_ALLOW = 0x7FFF0000

_NUMBER = 0
_ARCHITECTURE = 4
# Both machines are little-endian, so the lower half of an argument comes first.
_FIRST_ARGUMENT = 16
_SECOND_ARGUMENT = 24


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def refuse_system_calls(protected: Iterable[int]) -> None:
    """Takes them away from this process and all that come from it. `protected` are processes that must not get a signal."""
    name = kernel.machine()
    if name not in _AUDIT_ARCH or sys.byteorder != "little":
        raise OSError(errno.ENOSYS, f"no list of system calls for {name}")
    code = b"".join(struct.pack("<HBBI", *instruction) for instruction in _instructions(name, sorted(set(protected))))
    buffer = ctypes.create_string_buffer(code, len(code))
    kernel.filter_system_calls(_Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p)))


_Instruction = Tuple[int, int, int, int]

_REFUSE: _Instruction = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
_LET_PASS: _Instruction = (_RETURN, 0, 0, _ALLOW)


def _refuse_values(call: int, load: _Instruction, values: Iterable[int]) -> List[_Instruction]:
    """Refuses a system call where an argument has one of the values."""
    judged: List[_Instruction] = [load]
    for value in values:
        judged += [(_JUMP_EQUAL, 0, 1, value & 0xFFFFFFFF), _REFUSE]
    judged.append(_LET_PASS)
    return [(_JUMP_EQUAL, 0, len(judged), call), *judged]


def _instructions(name: str, protected: List[int]) -> List[_Instruction]:
    column = 0 if name == "x86_64" else 1
    refuse = _REFUSE
    absent = (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)
    allow = _LET_PASS
    argument = (_LOAD_WORD, 0, 0, _FIRST_ARGUMENT)
    second = (_LOAD_WORD, 0, 0, _SECOND_ARGUMENT)

    program: List[_Instruction] = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _AUDIT_ARCH[name]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD_WORD, 0, 0, _NUMBER),
        (_JUMP_ABOVE, 0, 1, _LAST_KNOWN),
        absent,
        (_JUMP_EQUAL, 0, 1, _CLONE3),
        absent,
        (_JUMP_EQUAL, 0, 4, _CLONE[name]),
        argument,
        (_JUMP_ANY_BIT, 0, 1, _NEW_NAMESPACES),
        refuse,
        allow,
        # Of itself only, or it could lift or lower the limits of another process.
        (_JUMP_EQUAL, 0, 4, _PRLIMIT[name]),
        argument,
        (_JUMP_EQUAL, 1, 0, 0),
        refuse,
        allow,
        # Of itself only too: it could make what watches it wait for a processor. Zeros are this process.
        (_JUMP_EQUAL, 0, 6, _SET_PRIORITY[name]),
        argument,
        (_JUMP_EQUAL, 0, 2, 0),
        second,
        (_JUMP_EQUAL, 1, 0, 0),
        refuse,
        allow,
    ]
    # All processes at once would be those that watch it too.
    targets = [-1, *protected, *(-each for each in protected)]
    for call in _ABOUT_PROCESS:
        program += _refuse_values(call[name], argument, targets)
    for call, commands in _COMMANDS:
        program += _refuse_values(call[name], second, commands)
    for numbers in _REFUSED.values():
        if numbers[column] is not None:
            program += [(_JUMP_EQUAL, 0, 1, int(str(numbers[column]))), refuse]
    program.append(allow)
    return program
