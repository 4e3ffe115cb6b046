"""The mail server of the tests: prints its port, then writes each mail it takes into a directory.

usage: mail-server.py taking|refusing|authenticating DIRECTORY
"""

import asyncio
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

behaviour, directory = sys.argv[1], Path(sys.argv[2])


class Mails:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if behaviour == "refusing":
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Mails.count += 1
        head = f"{envelope.mail_from}\n{','.join(envelope.rcpt_tos)}\n".encode()
        # Written whole before it has its name, so that nobody reads half a mail.
        draft = directory / "draft"
        draft.write_bytes(head + envelope.content)
        draft.rename(directory / f"{Mails.count:04}.eml")
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    is_right = (data.login, data.password) == (b"loupe", b"hunter2")
    return AuthResult(success=is_right, handled=False)  # not handled: the server still has to answer


def protocol():
    wants = {}
    if behaviour == "authenticating":
        wants = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    return SMTP(Mails(), hostname="localhost", **wants)


async def main():
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
