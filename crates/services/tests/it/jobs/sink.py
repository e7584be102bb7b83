"""A mail server that misbehaves as it is told to by the name before the @, and writes a line of JSON per delivered mail.

    slow      answers after a second
    later     451 at the first try
    dropped   takes the mail at the first try and hangs up without saying so
    refused   550 at every try
    anything else is taken at once
"""
import asyncio
import json
import sys
from email import message_from_bytes

from aiosmtpd.smtp import SMTP

log = open(sys.argv[1], "a", buffering=1)
seen = {}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        seen[address] = seen.get(address, 0) + 1
        if name == "slow":
            await asyncio.sleep(1)
        if name == "later" and seen[address] == 1:
            return "451 4.3.0 not now"
        if name == "refused":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content)
        [address] = envelope.rcpt_tos
        log.write(json.dumps({"to": address, "id": message["Message-ID"]}) + "\n")
        if address.split("@")[0] == "dropped" and seen[address] == 1:
            server.transport.abort()
        return "250 OK"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="sink.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
