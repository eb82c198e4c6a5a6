"""Runs dbt commands in forks of one process that has imported dbt, which takes longer than most commands of the tests.

    python serve.py FOLDER

Writes an executable `dbt` into FOLDER, which has its command run here with its own arguments, environment, working
directory and open files, passes signals on, and ends with the command's exit code. Prints a line when commands can
come; ends when standard input is closed. Linux only. Everything but the start is real: the code of dbt, its adapter
and the driver, in a process for each command.
"""

import atexit
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from pathlib import Path

# By what `sys.modules` held after `dbt run` against the local Snowflake.
IMPORTED_BY_COMMANDS = (
    "dbt.adapters.snowflake",
    "dbt.cli.main",
    "dbt.parser.manifest",
    "dbt.task.build",
    "dbt.task.compile",
    "dbt.task.list",
    "dbt.task.run",
    "dbt.task.seed",
    "dbt.task.test",
    "snowflake.connector",
)
LENGTH_BYTES = 4
LAUNCHER = Path(__file__).with_name("launch.py")


def main() -> None:
    folder = Path(sys.argv[1])
    # Where the `dbt` of pip has its own folder.
    sys.path[0] = os.path.dirname(sys.executable)
    for name in IMPORTED_BY_COMMANDS:
        importlib.import_module(name)
    # The collector of a fork would write to, and so copy, every page that was imported here.
    gc.collect()
    gc.freeze()
    if threading.active_count() != 1:
        raise SystemExit("Importing dbt started a thread: a fork of this process would lack it.")
    address = folder / "socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(address))
        listening.listen(16)
        write_launcher(folder / "dbt", address)
        print("ready", flush=True)
        serve(listening)


def write_launcher(path: Path, address: Path) -> None:
    # Without site and environment: it imports nothing but the standard library, and must be quick.
    start = f"#!{sys.executable} -SsE\nADDRESS = {os.fspath(address)!r}\n"
    path.write_text(start + LAUNCHER.read_text())
    path.chmod(0o755)


def serve(listening: socket.socket) -> None:
    # Ended children leave nothing to be waited for: https://man7.org/linux/man-pages/man2/waitpid.2.html
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        readable, _, _ = select.select([listening, sys.stdin], [], [])
        if sys.stdin in readable:
            return
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            run(connection)
        connection.close()


def run(connection: socket.socket) -> None:
    """In the fork; ends the process."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    request = receive(connection)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = request["argv"]
    code = 1

    def tell() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([code]))

    # What was registered first runs last.
    atexit.register(tell)
    threading.Thread(target=follow, args=(connection,), daemon=True).start()
    from dbt.cli.main import cli

    try:
        cli()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    sys.exit(code)


def receive(connection: socket.socket) -> dict[str, dict[str, str] | list[str] | str]:
    length, files, _, _ = socket.recv_fds(connection, LENGTH_BYTES, 3)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    with connection.makefile("rb") as stream:
        return json.loads(stream.read(int.from_bytes(length)))


def follow(connection: socket.socket) -> None:
    """Signals come as their numbers; the launcher's end, however it came, is the command's."""
    while message := connection.recv(1):
        os.kill(os.getpid(), message[0])
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
