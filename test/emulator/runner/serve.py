"""Runs MiniStack, and ends it with every process it started when standard input closes.

Usage: serve.py SCRATCH_DIRECTORY

It writes a line for each request to requests.log in that directory: the method, the path and the target of the AWS protocol, by which
tests count what a deployment asks of AWS.

The one who starts this holds the other end of standard input. Even when that process is killed outright, the pipe
closes, and neither the server nor its Lambda workers nor their scratch directory stay behind.
"""

import os
import runpy
import shutil
import signal
import sys
import threading

from hypercorn.config import Config


def end_with_parent(scratch: str) -> None:
    while os.read(0, 4096):
        pass
    shutil.rmtree(scratch, ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


# Without its own process group this would end the processes of the one who started it.
if os.getpgrp() != os.getpid():
    sys.exit("serve.py must be started as the leader of its own process group")

threading.Thread(target=end_with_parent, args=(sys.argv[1],), daemon=True).start()
# Every way in which MiniStack starts its server reads these of the class.
Config.accesslog = os.path.join(sys.argv[1], "requests.log")
Config.access_log_format = "%(m)s %(U)s %({x-amz-target}i)s %(s)s"
sys.argv = ["ministack"]
runpy.run_module("ministack", run_name="__main__")
