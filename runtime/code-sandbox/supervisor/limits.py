"""What the kernel lets one run use."""

import resource

from processes import tasks_of_user
from request import Request

#: Threads that an interpreter starts by itself: Node has about ten for each process.
THREADS_OF_INTERPRETERS = 64
_NODE_ITSELF_MB = 256
_MB = 1024 * 1024


def limit_resources(request: Request, disk_mb: int, uid: int) -> None:
    limits = request.limits
    memory = limits["memoryMb"] + (_NODE_ITSELF_MB if request.language == "javascript" else 0)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, limits["timeoutMs"] // 1000 + 2),
        # What can be written to, not what is reserved: Node reserves gigabytes that it never uses.
        (resource.RLIMIT_DATA, memory * _MB),
        (resource.RLIMIT_STACK, 8 * _MB),
        (resource.RLIMIT_FSIZE, disk_mb * _MB),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_NICE, 0),
        (resource.RLIMIT_RTPRIO, 0),
        (resource.RLIMIT_SIGPENDING, 1024),
        # It counts threads, and what the user had before.
        (resource.RLIMIT_NPROC, tasks_of_user(uid) + limits["maxProcesses"] + THREADS_OF_INTERPRETERS),
    ):
        _, highest = resource.getrlimit(kind)
        if highest != resource.RLIM_INFINITY:
            most = min(most, highest)
        resource.setrlimit(kind, (most, most))
