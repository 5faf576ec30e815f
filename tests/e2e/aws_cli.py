"""The command `aws` for tests that call it hundreds of times: the real one, which is loaded once and forked for each call.

    python aws_cli.py SOCKET LOG     serves

Loading it takes half a second of a processor each time, nearly all that a call takes. LOG gets a line for each call.
"""

import contextlib
import io
import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

# Without `site`, it starts in a fiftieth of a second.
CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({socket!r})
    request = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
    socket.send_fds(server, [len(request).to_bytes(4, "big") + request], [0, 1, 2])
    sys.exit(int(server.recv(16) or 255))
"""


class AwsCli:
    """A folder for PATH that has the command, and what it was called with."""

    def __init__(self, folder):
        self.folder = folder
        self._log = folder / "log"
        path = folder / "socket"
        command = folder / "aws"
        command.write_text(CLIENT.format(python=sys.executable, socket=str(path)))
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
        anybody = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "1"}
        command = [sys.executable, __file__, str(path), str(self._log)]
        self._server = subprocess.Popen(command, env=os.environ | anybody)
        while not path.exists():
            assert self._server.poll() is None
            time.sleep(0.05)

    def calls(self):
        """What was called: arguments, all since it was started."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def close(self):
        self._server.kill()
        self._server.wait()


# One of each service whose description of itself is kept in memory.
WARM = """
cloudformation list-stacks/cloudtrail describe-trails/cloudwatch describe-alarms/dynamodb list-tables/events list-rules
kms list-keys/lambda list-functions/logs describe-log-groups/sns list-topics/sqs list-queues/ssm describe-parameters
"""


def serve(path, log):
    import awscli.clidriver

    session = awscli.clidriver.botocore.session
    loader = session.create_loader(os.environ["AWS_DATA_PATH"])
    session.create_loader = lambda *_: loader
    for call in WARM.replace("\n", "/").strip("/").split("/"):
        sys.argv = ["aws", *call.split(), "--endpoint-url", "http://127.0.0.1:1", "--region", "us-east-1"]
        with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):
            awscli.clidriver.main()
    with socket.socket(socket.AF_UNIX) as server, Path(log).open("a", buffering=1) as lines:
        server.bind(path + ".new")
        server.listen(64)
        os.rename(path + ".new", path)
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                if os.fork() == 0:  # an orphan, for which nobody has to wait
                    answer(connection, lines)
                os._exit(0)
            os.wait()
            connection.close()


def answer(connection, lines):
    import awscli.clidriver

    data, files, *_ = socket.recv_fds(connection, 65536, 3)
    while len(data) < 4 + int.from_bytes(data[:4], "big"):
        data += connection.recv(65536)
    arguments, environment, folder = json.loads(data[4:])
    for number, file in enumerate(files):
        os.dup2(file, number)
    lines.write(json.dumps(arguments) + "\n")
    data = os.environ["AWS_DATA_PATH"]  # the CLI sets it when it is loaded
    os.environ.clear()
    os.environ.update(environment | {"AWS_DATA_PATH": data})
    os.chdir(folder)
    # Version 1 has its own mind about where SQS is, whatever the environment says.
    elsewhere = ["--endpoint-url", environment["AWS_ENDPOINT_URL"]] if arguments[0] == "sqs" else []
    sys.argv = ["aws", *arguments, *elsewhere]
    try:
        code = awscli.clidriver.main()
    except SystemExit as exit:
        code = exit.code
    sys.stdout.flush()
    sys.stderr.flush()
    connection.send(str(code or 0).encode())
    os._exit(0)


if __name__ == "__main__":
    serve(*sys.argv[1:])
