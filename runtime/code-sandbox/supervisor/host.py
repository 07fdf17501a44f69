"""Where the supervisor runs, and what it may use there. The handler says so."""

import os
from typing import List, NamedTuple


class Host(NamedTuple):
    #: A folder that nothing but runs of this handler writes to.
    base: str
    #: The interpreters, as absolute paths.
    python: str
    node: str
    #: Where Python finds its own libraries. Empty: it knows by itself.
    libraries: str
    #: Folders with packages. Those that aren't there are left out.
    python_packages: str
    node_packages: str
    #: Whose working directory is kept. Empty: nobody's.
    tenant: str
    #: What ran before the first run, where nothing but this function runs on the machine. Empty: others run here too.
    known_processes: List[int]
    #: Use namespaces where the kernel gives them.
    may_use_namespaces: bool
    disk_mb: int
    #: Processes that a run must not send a signal to.
    protected: List[int]


def read_host(settings: dict) -> Host:
    parent = os.getppid()
    protected = [os.getpid(), parent]
    try:
        protected += [int(thread) for thread in os.listdir(f"/proc/{parent}/task")]
    except OSError:
        pass
    return Host(
        base=settings["base"],
        python=settings["python"],
        node=settings["node"],
        libraries=settings["libraries"],
        python_packages=settings["pythonPackages"],
        node_packages=settings["nodePackages"],
        tenant=settings["tenant"],
        known_processes=settings["knownProcesses"],
        may_use_namespaces=settings["mayUseNamespaces"],
        disk_mb=settings["diskMb"],
        # As many as the filter of system calls has room for.
        protected=protected[:50],
    )
