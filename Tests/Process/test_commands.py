"""What an operator meets: every failure is one line and a code of sysexits.h."""

import email
import json
import os
import re
import socket
import sqlite3
import subprocess
import unittest

from loupe import KEY, ROOT, Client, ProcessTest, command, free_port, until


class Commands(ProcessTest):
    def fails(self, code, text, *arguments, **settings):
        status, _, error = command(*arguments, **settings)
        self.assertEqual(status, code, error)
        lines = [line for line in error.splitlines() if line.startswith("loupe:")]
        self.assertEqual(len(lines), 1, error)
        self.assertIn(text, error)

    def test_version_and_help(self):
        self.assertEqual(command("--version")[:2], (0, "loupe 0.1.0\n"))
        for name in "serve api runner scheduler migrate demo backup doctor admin".split():
            status, output, _ = command(name, "--help")
            self.assertEqual(status, 0)
            self.assertIn("USAGE: loupe " + name, output)

    def test_an_unknown_flag_is_a_usage_error(self):
        self.assertEqual(command("serve", "--prot", "1")[0], 64)

    def test_every_problem_of_the_configuration_is_named_at_once(self):
        status, _, error = command(
            "serve", "--data-dir", self.directory, API_PORT="http", LOG_LEVEL="loud", RUNNER_CONCURRENCY="0")
        self.assertEqual(status, 78)
        for name in ("API_PORT", "LOG_LEVEL", "RUNNER_CONCURRENCY"):
            self.assertIn(name, error)

    def test_a_data_directory_that_is_a_file(self):
        path = f"{self.directory}/file"
        open(path, "w").close()
        self.fails(73, "is not a directory", "serve", "--data-dir", path)

    def test_a_data_directory_that_cannot_be_made(self):
        self.fails(73, "cannot be made", "serve", "--data-dir", "/proc/loupe")

    def test_a_data_directory_that_is_not_writable(self):
        if os.geteuid() == 0:
            # root may write anywhere but in the kernel's own directories.
            self.fails(77, "Permission denied", "serve", "--data-dir", "/sys/kernel")
        else:
            os.mkdir(f"{self.directory}/closed", 0o500)
            self.fails(77, "not writable", "serve", "--data-dir", f"{self.directory}/closed")

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.fails(69, "the port is in use", "serve", "--data-dir", self.directory, "--port", str(port))

    def test_a_second_server_in_the_same_data_directory(self):
        self.serve()
        self.fails(
            69, "Another Loupe works", "serve", "--data-dir", f"{self.directory}/data", "--port", str(free_port()))

    def test_a_wrong_key(self):
        server, _ = self.serve(LOUPE_SECRET_KEY=KEY)
        self.assertEqual(server.stop(), 0)
        other = "k1:" + "B" * 42 + "A="
        self.fails(
            78, "not the key", "serve", "--data-dir", f"{self.directory}/data", "--port", str(free_port()),
            LOUPE_SECRET_KEY=other)

    def test_a_store_that_cannot_be_reached(self):
        self.fails(
            69, "The store", "migrate", "status", "--data-dir", self.directory, "--database-url",
            f"postgres://nobody@127.0.0.1:{free_port()}/loupe?sslmode=disable", LOUPE_SECRET_KEY=KEY)

    def test_migrations_go_up_and_down(self):
        flags = ("--data-dir", self.directory)
        status, output, error = command("migrate", "up", *flags)
        self.assertEqual(status, 0, error)
        applied = output.splitlines()
        self.assertTrue(all(line.endswith("applied") for line in applied), output)
        self.assertEqual(command("migrate", "up", *flags)[1], "nothing to do\n")
        status, output, _ = command("migrate", "down", "--to", "0", *flags)
        self.assertEqual(len(output.splitlines()), len(applied))
        self.assertTrue(all(line.endswith("pending") for line in command("migrate", "status", *flags)[1].splitlines()))

    def test_an_account_is_made_without_the_web(self):
        data = ("--data-dir", f"{self.directory}/data")
        made = command(
            "admin", "create-user", "--email", "root@example.com", "--name", "Root", "--org", "Acme", *data,
            stdin="correct horse battery\n")
        self.assertEqual(made[0], 0, made[2])
        again = command(
            "admin", "create-user", "--email", "root@example.com", "--name", "Root", "--org", "Acme", *data,
            stdin="correct horse battery\n")
        self.assertEqual(again[0], 65)
        _, client = self.serve()
        status, answer = client.post("/auth/login", {"email": "root@example.com", "password": "correct horse battery"})
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["user"]["role"], "admin")

    def test_a_lost_password_is_set_and_a_lockout_ended_without_the_web(self):
        _, client = self.serve(RATE_LIMIT_PER_MINUTE="0")
        client.found()
        data = ("--email", "ana@example.com", "--data-dir", f"{self.directory}/data")
        for _ in range(10):
            wrong = {"email": "ana@example.com", "password": "wrong password"}
            self.assertEqual(client.post("/auth/login", wrong)[0], 401)
        right = {"email": "ana@example.com", "password": "correct horse battery"}
        self.assertEqual(client.post("/auth/login", right)[0], 423)
        status, output, error = command("admin", "unlock", *data)
        self.assertEqual((status, output), (0, "unlocked ana@example.com\n"), error)
        self.assertEqual(client.post("/auth/login", right)[0], 200)
        self.assertEqual(command("admin", "reset-password", *data, stdin="12345678\n")[0], 65)
        status, _, error = command("admin", "reset-password", *data, stdin="another horse battery\n")
        self.assertEqual(status, 0, error)
        self.assertEqual(client.post("/auth/login", right)[0], 401)
        self.assertEqual(client.post("/auth/login", right | {"password": "another horse battery"})[0], 200)
        self.fails(65, "no account", "admin", "unlock", "--email", "eve@example.com", *data[2:])

    def test_a_forgotten_password_is_set_by_a_mailed_link(self):
        mails = f"{self.directory}/mails"
        os.mkdir(mails)
        program = [str(ROOT / ".venv/bin/python"), str(ROOT / "Tests/LoupeTestSupport/mail-server.py"), "taking", mails]
        mail_server = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        self.addCleanup(mail_server.stdout.close)
        self.addCleanup(mail_server.wait)
        self.addCleanup(mail_server.kill)
        smtp_port, port = int(mail_server.stdout.readline()), free_port()
        public = f"http://127.0.0.1:{port}"
        self.start(
            "serve", "--data-dir", f"{self.directory}/data", "--port", str(port), PUBLIC_URL=public,
            SMTP_URL=f"smtp://127.0.0.1:{smtp_port}", MAIL_FROM="Loupe <loupe@example.com>")
        client = Client(port)
        client.found()
        self.assertTrue(client.get("/auth/setup")[1]["mail"])
        self.assertEqual(client.post("/auth/password/forgot", {"email": "ana@example.com"})[0], 202)
        name = until(lambda: [name for name in os.listdir(mails) if name.endswith(".eml")])[0]
        with open(f"{mails}/{name}", newline="") as file:
            _, recipient, mail = file.read().split("\n", 2)
        self.assertEqual(recipient, "ana@example.com")
        text = email.message_from_string(mail).get_payload(decode=True).decode()
        token = re.search(re.escape(public) + r"/reset-password#(\S+)", text).group(1)
        reset = {"token": token, "password": "another horse battery"}
        self.assertEqual(client.post("/auth/password/reset", reset)[0], 204)
        self.assertEqual(client.post("/auth/password/reset", reset)[0], 422)
        right = {"email": "ana@example.com", "password": "another horse battery"}
        self.assertEqual(client.post("/auth/login", right)[0], 200)

    def test_without_a_mail_server_a_link_is_logged_in_development_only(self):
        forgotten = {"email": "ana@example.com"}
        server, client = self.serve()
        client.found()
        public = client.base.removesuffix("/api/v1")
        self.assertFalse(client.get("/auth/setup")[1]["mail"])
        self.assertEqual(client.post("/auth/password/forgot", forgotten)[0], 202)
        until(lambda: f"link={public}/reset-password#" in server.logged())
        invited = client.post("/organizations/invitations", {"email": "ben@example.com", "role": "viewer"})[1]
        self.assertTrue(invited["link"].startswith(f"{public}/invitation#"), invited)
        self.assertEqual(server.stop(), 0)
        port = free_port()
        server = self.start(
            "serve", "--data-dir", f"{self.directory}/other", "--port", str(port), APP_ENV="production",
            LOUPE_SECRET_KEY=KEY)
        client = Client(port)
        client.found()
        self.assertEqual(client.post("/auth/password/forgot", forgotten)[0], 202)
        self.assertEqual(server.stop(), 0)
        self.assertNotIn("reset-password", server.logged())

    def test_a_backup_of_a_running_server_opens_elsewhere(self):
        _, client = self.serve()
        client.found()
        copy = f"{self.directory}/copy"
        status, output, error = command("backup", copy, "--data-dir", f"{self.directory}/data")
        self.assertEqual(status, 0, error)
        self.assertIn("loupe.db", output)
        with sqlite3.connect(f"{copy}/loupe.db") as database:
            self.assertEqual(database.execute("SELECT count(*) FROM organizations").fetchone(), (1,))
        self.assertEqual(os.stat(f"{copy}/loupe.db").st_mode & 0o077, 0)
        self.assertEqual(command("backup", copy, "--data-dir", f"{self.directory}/data")[0], 73)

    def test_a_backup_has_the_results_wherever_they_lie(self):
        files, elsewhere, copy = (f"{self.directory}/{name}" for name in ("data/files", "elsewhere", "copy"))
        os.makedirs(files)
        with sqlite3.connect(f"{files}/big.db") as database:
            database.execute("CREATE TABLE t AS SELECT hex(randomblob(500)) AS word, value FROM json_each(?)",
                             (json.dumps(list(range(2000))),))
        os.chmod(f"{self.directory}/data", 0o700)
        location = f"directory:{elsewhere}"
        server, client = self.serve(RESULT_STORAGE=location)
        client.found()
        run = client.execute(client.connect(f"sqlite:{files}/big.db"), "SELECT * FROM t ORDER BY value", wait=30)
        self.assertEqual(run["status"], "completed", run)
        self.assertGreater(run["byte_count"], 256 * 1024)
        expected = client.get(f"/runs/{run['id']}/result")
        self.assertEqual(expected[0], 200)
        status, _, error = command(
            "backup", copy, "--data-dir", f"{self.directory}/data", RESULT_STORAGE=location)
        self.assertEqual(status, 0, error)
        self.assertEqual(server.stop(), 0)
        os.rename(elsewhere, f"{self.directory}/gone")
        port = free_port()
        restored = self.start("serve", "--data-dir", copy, "--port", str(port))
        again = Client(port)
        status, answer = again.post("/auth/login", {"email": "ana@example.com", "password": "correct horse battery"})
        self.assertEqual(status, 200, answer)
        again.token = answer["token"]
        self.assertEqual(again.get(f"/runs/{run['id']}/result"), expected)
        self.assertEqual(restored.stop(), 0)

    def test_doctor_says_what_is_wrong(self):
        server, client = self.serve()
        port = client.base.split(":")[2].split("/")[0]
        flags = ("--data-dir", f"{self.directory}/data", "--port", port)
        status, output, error = command("doctor", *flags)
        self.assertEqual(status, 0, output + error)
        server.stop()
        status, output, _ = command("doctor", *flags)
        self.assertEqual(status, 69)
        self.assertIn("FAIL server", output)

    def test_demo_needs_the_organization_and_the_file(self):
        data = ("--data-dir", f"{self.directory}/data")
        self.fails(65, "There is no organization yet", "demo", "--org", "Acme", *data)

    def test_the_sample_is_attached_once(self):
        sample = ROOT / ".cache/sample/new-york-flights.db"
        self.assertTrue(sample.exists(), "scripts/sample-data makes it")
        _, client = self.serve()
        client.found()
        flags = ("demo", "--org", "Acme", "--data-dir", f"{self.directory}/data")
        status, output, error = command(*flags, LOUPE_SAMPLE_FILE=str(sample))
        self.assertEqual(status, 0, error)
        self.assertIn("attached as datasource", output)
        self.assertEqual(client.get("/queries")[1]["total"], 16)
        self.fails(69, "attached already", *flags, LOUPE_SAMPLE_FILE=str(sample))


if __name__ == "__main__":
    unittest.main()
