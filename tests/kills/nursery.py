"""Starts workers in a tenth of a second: a process that has imported everything forks a `leuchtturm worker` per line.

Each line on standard input is JSON: the environment of the worker and the file of its log. Answers `start <pid>` and,
when one has ended, `end <pid> <status>` (negative: the signal that killed it). The fork is a process like any other:
it runs the command line's `worker` from its first line, and dies of signals as any process does.
"""

import contextlib
import json
import os
import select
import signal
import sys


def worker(order: dict[str, object]) -> None:
    """Be `leuchtturm worker`; never returns."""
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for into, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, into)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.update({str(key): str(value) for key, value in dict(order["env"]).items()})  # type: ignore[call-overload]
    from leuchtturm.cli import main

    status = 1
    try:
        main(["worker"], standalone_mode=False)
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)


running: set[int] = set()


def leave() -> None:
    """Whoever asked is gone: no worker may outlive a test that failed."""
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def bury() -> None:
    """Tell of every worker that has ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            running.discard(pid)
            say(f"end {pid} {os.waitstatus_to_exitcode(status)}")


def main() -> None:
    import leuchtturm.serve  # noqa: F401  # the slow part, once

    say("ready")
    while True:
        readable, _, _ = select.select([0], [], [], 0.02)
        bury()
        if not readable:
            continue
        line = sys.stdin.readline()
        if not line:
            leave()
            return
        pid = os.fork()
        if pid == 0:
            worker(json.loads(line))
        running.add(pid)
        say(f"start {pid}")


if __name__ == "__main__":
    main()
