"""Ends a process group when standard input ends: `guard.py <group>`.

Standard input is a pipe from the storm. It closes when the storm is over and also when it dies, however it dies.
"""

import os
import signal
import sys
from contextlib import suppress

if __name__ == "__main__":
    os.read(sys.stdin.fileno(), 1)
    with suppress(ProcessLookupError):
        os.killpg(int(sys.argv[1]), signal.SIGKILL)
