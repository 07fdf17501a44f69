"""Runs MiniStack, and ends it with every process it started when standard input closes.

The one who starts this holds the other end of standard input. Even when that process is killed outright, the pipe
closes, and neither the server nor its Lambda workers stay behind.
"""

import os
import runpy
import signal
import sys
import threading


def end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


# Without its own process group this would end the processes of the one who started it.
if os.getpgrp() != os.getpid():
    sys.exit("serve.py must be started as the leader of its own process group")

threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
runpy.run_module("ministack", run_name="__main__")
