"""Runs a command for as long as standard input stays open: `keeper.py <grace in seconds> <command>`.

Standard input is a pipe from the process that started the engine. Each byte of it is the number of a signal for the
command. It ends when that process lets go of the engine and also when it dies, however it dies: the engine never
outlives it.
"""

import os
import signal
import subprocess
import sys
import threading


def keep(grace: float, command: list[str]) -> int:
    """The exit code of `command`, which is stopped at the end of standard input."""
    # Descriptors are passed on so that the lock on the data directory lives as long as the engine itself.
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, close_fds=False)
    threading.Thread(target=_obey, args=(process, grace), daemon=True).start()
    return process.wait()


def _obey(process: subprocess.Popen[bytes], grace: float) -> None:
    while order := os.read(sys.stdin.fileno(), 1):
        process.send_signal(order[0])
    # A process that stands still hears of its end only once it goes on.
    process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(keep(float(sys.argv[1]), sys.argv[2:]))
