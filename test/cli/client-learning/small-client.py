"""A client in plain Python: again after 200 ms, 400 ms, ... 1600 ms, gives a connect a second, counts anew once it is open."""
import base64, os, socket, sys, time

failures = 0
while True:
    opened = False
    connection = None
    try:
        connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=1.0)
        key = base64.b64encode(os.urandom(16)).decode()
        connection.sendall(f"GET /py HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
        opened = b" 101 " in connection.recv(4096).split(b"\r\n")[0]
        connection.settimeout(None)
        while opened and connection.recv(4096):
            pass
    except OSError:
        pass
    if connection is not None:
        connection.close()
    failures = 1 if opened else failures + 1
    time.sleep(min(1.6, 0.2 * 2 ** (failures - 1)))
