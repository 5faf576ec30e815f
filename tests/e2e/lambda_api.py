"""Lambda's API of one operation, Invoke, before a function that the emulator runs, which knows no names and no errors."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LambdaApi:
    """`AWS_ENDPOINT_URL_LAMBDA`. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""

    def __init__(self, name, function):
        self.invoked = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path != f"/2015-03-31/functions/{name}/invocations":
                    return self.answer(404, b'{"Message": "Function not found"}', {"x-amzn-ErrorType": "ResourceNotFoundException"})
                api.invoked.append(body)
                answer = function.emulator.invoke(body)
                function.answers.append(answer)
                failed = {"X-Amz-Function-Error": "Unhandled"} if answer.error else {}
                return self.answer(200, json.dumps(answer.payload).encode(), failed)

            def answer(self, status, body, headers):
                self.send_response(status)
                for header, value in headers.items():
                    self.send_header(header, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
