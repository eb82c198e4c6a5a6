# serve.py writes this, below a line with its ADDRESS, as the program `dbt`.
import json
import os
import signal
import socket
import sys

server = socket.socket(socket.AF_UNIX)


def pass_on(number, _frame):
    server.send(bytes([number]))


server.connect(ADDRESS)  # noqa: F821
for name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(name, pass_on)
request = json.dumps({"argv": sys.argv, "cwd": os.getcwd(), "env": dict(os.environ)}).encode()
socket.send_fds(server, [len(request).to_bytes(4)], [0, 1, 2])
server.sendall(request)
code = server.recv(1)
# No code: it was killed.
sys.exit(code[0] if code else 137)
