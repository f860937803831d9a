"""A resident's page in the web chat, as far as a benchmark needs one: it opens, tells, and waits for each answer."""

from collections.abc import Sequence
from secrets import token_hex

from aiohttp import ClientSession, ClientWebSocketResponse


async def open_chat(session: ClientSession, address: str) -> tuple[ClientWebSocketResponse, str]:
    """A new resident's page: the socket, and the name of the chat. The cookie is for TLS only, so it is given back."""
    async with session.get(address) as page:
        chat = (await page.text()).split('data-chat="')[1].split('"')[0]
        cookie = "; ".join(f"{name}={each.value}" for name, each in page.cookies.items())
    socket = await session.ws_connect(f"{address}/ws", headers={"Origin": address, "Cookie": cookie})
    await socket.send_json({"type": "hello", "chats": {chat: 0}})
    while (await socket.receive_json())["type"] != "upto":
        pass
    return socket, chat


async def tell(socket: ClientWebSocketResponse, chat: str, said: Sequence[str]) -> str:
    """Says each text after the answer to the one before has come; the last answer."""
    answer = ""
    for text in said:
        await socket.send_json({"type": "say", "id": token_hex(8), "chat": chat, "text": text})
        heard = await socket.receive_json()
        while heard["type"] != "text":
            assert heard["type"] not in {"busy", "refused"}, heard
            heard = await socket.receive_json()
        answer = heard["text"]
    return answer
