"""Imports dbt once, then runs each command that it is sent in a process of its own, forked from this one.

Requests come as lines of JSON on standard input (`Request`), answers go as lines of JSON to what was standard output:

    {"ready": "1.11.16"}                        dbt is imported, in this version
    {"unfit": "why"}                            it cannot be; this program ends
    {"id": 1, "started": 4711}                  command 1 runs in this process and process group
    {"id": 1, "declined": "why"}                command 1 was not started and has to be started some other way
    {"id": 1, "exitCode": 0}                    command 1 ended
    {"id": 1, "signal": "SIGINT"}               a signal ended command 1

When standard input ends, so do all commands and this program. It needs Linux, and runs in whatever Python dbt runs in.

    python warm-python.py <path of the console script "dbt">
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import runpy
import selectors
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TypedDict

REQUESTS = 0
# jemalloc, the allocator of pyarrow, keeps its own thread right across a fork: https://github.com/jemalloc/jemalloc/blob/5.3.0/src/background_thread.c
THREADS_THAT_MAY_FORK = {"jemalloc_bg_thd"}
SECONDS_FOR_THREADS_TO_END = 2.0


class Request(TypedDict):
    """One dbt command."""

    id: int
    cwd: str
    # The whole environment; nothing is inherited.
    env: dict[str, str]
    # What the console script sees as sys.argv.
    argv: list[str]
    # Files to write to.
    stdout: str
    stderr: str
    # Another command validates the same configurations.
    isChecked: bool


def main(script: str) -> None:
    answers = take_standard_output()
    import_as(script)
    try:
        version = load_dbt()
    except Exception as error:
        answer(answers, {"unfit": f"dbt cannot be imported: {error!r}"})
        return
    thread = thread_in_the_way()
    if thread is not None:
        answer(answers, {"unfit": f"a thread of it runs, which a fork would cut off: {thread}"})
        return
    # What is here for good is neither looked at by each child's collector nor copied for it: https://docs.python.org/3/library/gc.html#gc.freeze
    gc.collect()
    gc.freeze()
    answer(answers, {"ready": version})
    request = serve(answers)
    if request is not None:
        run(request, script)


def take_standard_output() -> int:
    """Keeps the way for answers apart from what imported code may print."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def import_as(script: str) -> None:
    """Lets imports find what they would find in the console script: its folder is there in place of this program's."""
    if not sys.flags.isolated and not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.path.dirname(os.path.realpath(script))


def load_dbt() -> str:
    """Imports what parsing needs. Returns the version of dbt."""
    import dbt.cli.main
    from dbt.version import get_installed_version

    if importlib.util.find_spec("dbt.adapters.snowflake") is None:
        raise ImportError("dbt has no Snowflake adapter")
    # The adapter's driver imports numpy where there is one, and numpy starts threads: then each command imports them.
    if importlib.util.find_spec("numpy") is None:
        import dbt.adapters.snowflake  # noqa: F401
    return str(get_installed_version().to_version_string(skip_matcher=True))


def thread_in_the_way() -> str | None:
    """Names a thread that a fork would cut off in the middle. The driver has one that ends by itself soon."""
    until = time.monotonic() + SECONDS_FOR_THREADS_TO_END
    while True:
        others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        others += [name for name in native_threads() if name not in THREADS_THAT_MAY_FORK]
        if not others:
            return None
        if time.monotonic() > until:
            return others[0]
        time.sleep(0.01)


def native_threads() -> list[str]:
    """Names of all threads but the main one, Python's and others."""
    names: list[str] = []
    for task in os.listdir("/proc/self/task"):
        if int(task) == os.getpid():
            continue
        try:
            with open(f"/proc/self/task/{task}/comm") as comm:
                names.append(comm.read().strip())
        except (FileNotFoundError, ProcessLookupError):
            pass  # It has ended since it was listed.
    return names


def serve(answers: int) -> Request | None:
    """Starts commands until standard input ends.

    Returns in a process of its own for each command, with its request, and in the end in this one, with None.
    """
    # A child heeds it once it is on its own (`run`). Until then it waits: a new child of Python forgets which came.
    # https://github.com/python/cpython/blob/v3.11.7/Modules/signalmodule.c (_PySignal_AfterFork)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    selector = selectors.DefaultSelector()
    selector.register(REQUESTS, selectors.EVENT_READ)
    # By the end of a pipe that the command holds open as long as it lives: its id and its process.
    running: dict[int, tuple[int, int]] = {}
    unread = b""
    while True:
        for key, _ in selector.select():
            if key.fd in running:
                selector.unregister(key.fd)
                os.close(key.fd)
                tell_end(answers, *running.pop(key.fd))
                continue
            part = os.read(REQUESTS, 1 << 16)
            if part == b"":
                for _id, process in running.values():
                    os.killpg(process, signal.SIGKILL)
                return None
            *lines, unread = (unread + part).split(b"\n")
            for line in lines:
                request: Request = json.loads(line)
                try:
                    refuse_what_starts_differently(request)
                    alive, held = os.pipe()
                    process = os.fork()
                except OSError as error:
                    answer(answers, {"id": request["id"], "declined": str(error)})
                    continue
                if process == 0:
                    selector.close()
                    for descriptor in (answers, alive, *running):
                        os.close(descriptor)
                    return request
                os.close(held)
                # Here too, so that whoever hears of the process can signal its group at once.
                set_group(process)
                running[alive] = (request["id"], process)
                selector.register(alive, selectors.EVENT_READ)
                answer(answers, {"id": request["id"], "started": process})


def refuse_what_starts_differently(request: Request) -> None:
    """Raises OSError for a `.env`: from 1.12 on dbt takes variables from the one of its folder while it is imported."""
    if "dotenv" not in sys.modules:
        return
    folder = Path(request["cwd"])
    for place in (folder, *folder.parents):
        if (place / ".env").exists():
            raise OSError(f"dbt reads the .env in {place} as it starts")


def set_group(process: int) -> None:
    """Makes a process the first of a group of its own; it may have done so itself, and ended."""
    with contextlib.suppress(OSError):
        os.setpgid(process, process)


def tell_end(answers: int, command: int, process: int) -> None:
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        answer(answers, {"id": command, "signal": signal.Signals(os.WTERMSIG(status)).name})
    else:
        answer(answers, {"id": command, "exitCode": os.WEXITSTATUS(status)})


def answer(answers: int, message: dict[str, object]) -> None:
    # Whoever does not listen any more has closed standard input as well, and it is that which ends what runs.
    with contextlib.suppress(OSError):
        os.write(answers, json.dumps(message).encode() + b"\n")


def run(request: Request, script: str) -> None:
    """Does what a start of the console script would do, in a process that is this command's alone.

    Its end is the usual one, by SystemExit or another exception, so that everything that dbt wants done then is done.
    """
    set_group(os.getpid())
    redirect(request)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ.clear()
    # As bytes: the job's locale may know other characters than the text came in.
    os.environb.update({name.encode(): value.encode() for name, value in request["env"].items()})
    os.chdir(request["cwd"])
    sys.argv = [os.fsdecode(argument.encode()) for argument in request["argv"]]
    if request["isChecked"]:
        leave_out_validation()
    # A parse makes objects and keeps them: looking for garbage after every 700 finds none.
    gc.set_threshold(50_000, 20, 20)
    runpy.run_path(script, run_name="__main__")


def leave_out_validation() -> None:
    """Takes out that dbt holds each configuration against a JSON schema.

    It warns of what is deprecated, does nothing else, and no setting of dbt turns it off. Versions that ask before it
    under another name, or have no such validation, go on as they are.
    """
    schemas = sys.modules.get("dbt.jsonschemas.jsonschemas")
    if hasattr(schemas, "_can_run_validations"):
        schemas._can_run_validations = lambda: False


def redirect(request: Request) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    for descriptor, path in ((1, request["stdout"]), (2, request["stderr"])):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, descriptor)
        os.close(file)


if __name__ == "__main__":
    main(sys.argv[1])
