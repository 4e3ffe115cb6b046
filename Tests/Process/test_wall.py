"""What stands between a server and strangers, seen from outside."""

import contextlib
import socket
import subprocess
import unittest

from loupe import ProcessTest, free_port, until


class OuterWall(ProcessTest):
    def redis(self, *arguments):
        port = free_port()
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", self.directory, *arguments],
            stdout=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return port

    @staticmethod
    def port(client):
        return int(client.base.split(":")[2].split("/")[0])

    def raw(self, client, text, timeout=20):
        with socket.create_connection(("127.0.0.1", self.port(client)), timeout=timeout) as connection:
            connection.sendall(text.encode())
            return b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    def test_limits_are_counted_in_redis_and_its_password_is_nowhere(self):
        redis = self.redis("--requirepass", "hunter2secret")
        words = ["redis-cli", "--no-auth-warning", "-a", "hunter2secret", "-p", str(redis)]

        def keys():
            return subprocess.run([*words, "--scan"], capture_output=True, text=True).stdout.split("\n")

        server, client = self.serve(REDIS_URL=f"redis://:hunter2secret@127.0.0.1:{redis}")
        until(lambda: "shared through Redis" in server.logged())

        def is_counted():
            client.get("/auth/setup")
            return "loupe:rate:address 127.0.0.1" in keys()

        until(is_counted)
        server.stop()
        self.assertNotIn("hunter2secret", "\n".join(server.lines) + server.logged())

    def test_without_its_redis_it_starts_and_says_so_once(self):
        server, client = self.serve(REDIS_URL=f"redis://127.0.0.1:{free_port()}")
        until(lambda: "Redis does not answer" in server.logged())
        for _ in range(5):
            self.assertEqual(client.get("/auth/setup")[0], 200)
        self.assertEqual(server.logged().count("Redis does not answer"), 1)

    def test_metrics_and_details_are_for_this_machine_and_for_the_token(self):
        _, client = self.serve(METRICS_TOKEN="figures-of-ours")
        client.found()
        client.base = client.base.removesuffix("/api/v1")
        client.token = None
        away = {"X-Forwarded-For": "203.0.113.9"}
        status, text = client.get("/metrics")
        self.assertEqual(status, 200)
        lines = text.decode().splitlines()
        for name in ("loupe_runs_queued", "loupe_runs_running", "loupe_run_changes_last_hour",
                     "loupe_rate_limit_violations_total", "process_resident_memory_bytes", "process_open_fds",
                     "loupe_store_up 1", "loupe_http_request_duration_seconds_bucket"):
            self.assertTrue(any(line.startswith(name) for line in lines), name)
        for line in lines:
            self.assertRegex(line, r"^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? [0-9.e+-]+)$")
        self.assertEqual(client.get("/metrics", headers=away)[0], 401)
        self.assertEqual(client.get("/metrics", headers=away | {"Authorization": "Bearer figures-of-ours"})[0], 200)
        self.assertIn("version", client.get("/health")[1])
        self.assertNotIn("version", client.get("/health", headers=away)[1])

    def test_a_page_whose_own_name_leads_here_gets_nothing(self):
        _, client = self.serve()
        for host, status in (("evil.example", 421), (f"localhost:{self.port(client)}", 200)):
            answer = self.raw(client, f"GET /api/v1/auth/setup HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            self.assertTrue(answer.startswith(f"HTTP/1.1 {status} "), answer)

    def test_more_clients_than_allowed_wait_until_one_goes(self):
        _, client = self.serve(MAX_CLIENT_CONNECTIONS="2")
        request = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
        address = ("127.0.0.1", self.port(client))
        with contextlib.ExitStack() as stack:
            held = []
            # One after the other: a burst may pass the limit by a few, which one look at the queue takes in.
            for _ in range(2):
                held.append(stack.enter_context(socket.create_connection(address, timeout=20)))
                held[-1].sendall(request)
                self.assertTrue(held[-1].recv(65536).startswith(b"HTTP/1.1 200"))
            third = stack.enter_context(socket.create_connection(address, timeout=20))
            third.sendall(request)
            third.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                third.recv(65536)
            held[0].close()
            third.settimeout(20)
            self.assertTrue(third.recv(65536).startswith(b"HTTP/1.1 200"))


if __name__ == "__main__":
    unittest.main()
