#!/usr/bin/env python3
"""A naive message system, as a student of 2016 would write it: struct, socket and select alone.

Written from the assignment's text and from nothing else, to be a witness of what goes over the wire.

    witness.py servidor PORT                 (0: any; prints the one it is)
    witness.py emissor HOST PORT ID          lines: `0 text`, `1002 text`, `QEM 1001`; end of input: FLW
    witness.py exibidor HOST PORT ID [COUNT] prints what comes; FLW after COUNT messages
"""
import select
import socket
import struct
import sys
import time

OI, FLW, MSG, OK, ERRO, QEM, OKQEM = range(7)
HEADER = '!HHHII'


def pack(kind, origin, destination, sequence, timestamp):
    return struct.pack(HEADER, kind, origin, destination, sequence, timestamp)


def pack_text(text):
    return struct.pack('!H', len(text)) + text


def pack_list(clients):
    return struct.pack('!%dH' % (len(clients) + 1), len(clients), *clients)


class Connection:
    """A socket and what has been read of a message that is not whole yet."""

    def __init__(self, sock):
        self.sock = sock
        self.data = b''
        self.id = None

    def fill(self):
        """One recv; False when the other side has closed."""
        try:
            more = self.sock.recv(4096)
        except ConnectionError:
            more = b''
        self.data += more
        return more != b''

    def take(self):
        """The next whole message, as (header fields, body), or None."""
        if len(self.data) < 14:
            return None
        header = struct.unpack(HEADER, self.data[:14])
        end = 14
        body = None
        if header[0] in (MSG, OKQEM):
            if len(self.data) < 16:
                return None
            count, = struct.unpack('!H', self.data[14:16])
            end = 16 + (count if header[0] == MSG else 2 * count)
            if len(self.data) < end:
                return None
            body = self.data[16:end]
            if header[0] == OKQEM:
                body = list(struct.unpack('!%dH' % count, body))
        self.data = self.data[end:]
        return header, body

    def receive(self):
        """Wait for a message; None at the end of the connection."""
        while True:
            message = self.take()
            if message is not None:
                return message
            if not self.fill():
                return None


def serve(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(('127.0.0.1', port))
    listener.listen(100)
    print('porta', listener.getsockname()[1], flush=True)
    connections = {}
    clients = {}

    def drop(connection):
        connections.pop(connection.sock)
        if clients.get(connection.id) is connection:
            del clients[connection.id]
        connection.sock.close()

    def handle(connection, header, text):
        kind, origin, destination, sequence, timestamp = header
        if kind in (OK, ERRO):
            return
        accepted = kind == FLW or origin == connection.id
        if kind == OI:
            accepted = 1 <= origin <= 1999 and origin not in clients and connection.id is None
            if accepted:
                connection.id = origin
                clients[origin] = connection
        elif kind == MSG and accepted:
            targets = [i for i in clients if i >= 1000 and destination in (0, i)]
            accepted = bool(targets) or destination == 0
            for i in targets:
                clients[i].sock.sendall(
                    pack(MSG, origin, i, sequence, int(time.time())) + pack_text(text))
        elif kind == QEM and accepted:
            accepted = destination >= 1000 and destination in clients
            if accepted:
                clients[destination].sock.sendall(
                    pack(OKQEM, 0, destination, sequence, timestamp) + pack_list(sorted(clients)))
        connection.sock.sendall(pack(OK if accepted else ERRO, 0, origin, sequence, timestamp))
        if kind == FLW:
            drop(connection)

    while True:
        readable, _, _ = select.select([listener, *connections], [], [])
        for sock in readable:
            if sock is listener:
                new, _ = listener.accept()
                connections[new] = Connection(new)
                continue
            connection = connections[sock]
            if not connection.fill():
                drop(connection)
                continue
            while sock in connections:
                message = connection.take()
                if message is None:
                    break
                handle(connection, *message)


def connect(host, port, own):
    connection = Connection(socket.create_connection((host, port)))
    connection.sock.sendall(pack(OI, own, 0, 0, int(time.time())))
    header, _ = connection.receive()
    if header[0] != OK:
        sys.exit('identificador %d recusado' % own)
    return connection


def emit(host, port, own):
    connection = connect(host, port, own)
    sequence = 0

    def ask(kind, destination, body=b''):
        nonlocal sequence
        sequence += 1
        sent = int(time.time())
        connection.sock.sendall(pack(kind, own, destination, sequence, sent) + body)
        header, _ = connection.receive()
        print({OK: 'OK', ERRO: 'ERRO'}[header[0]], flush=True)
        assert header[3:] == (sequence, sent), 'sequência e timestamp devem voltar iguais'
        assert header[1] == 0, 'o servidor tem identificador zero'

    for line in sys.stdin:
        word, text = line.rstrip('\n').split(' ', 1)
        if word == 'QEM':
            ask(QEM, int(text))
        else:
            ask(MSG, int(word), pack_text(text.encode()))
    ask(FLW, 0)
    connection.sock.close()


def show(host, port, own, count):
    connection = connect(host, port, own)
    print('exibidor', own, flush=True)
    while count != 0:
        message = connection.receive()
        if message is None:
            sys.exit('o servidor fechou a conexão')
        (kind, origin, destination, sequence, timestamp), body = message
        assert destination == own, 'não é para mim'
        if kind == MSG:
            print('Mensagem de %d: %s' % (origin, body.decode()), flush=True)
            connection.sock.sendall(pack(OK, own, 0, sequence, timestamp))
        elif kind == OKQEM:
            print('Clientes:', *body, flush=True)
        else:
            sys.exit('mensagem inesperada: %d' % kind)
        count -= 1
    connection.sock.sendall(pack(FLW, own, 0, 0, int(time.time())))
    while connection.receive()[0][0] != OK:
        pass
    connection.sock.close()


def main():
    role, *args = sys.argv[1:]
    if role == 'servidor':
        serve(int(args[0]))
    elif role == 'emissor':
        emit(args[0], int(args[1]), int(args[2]))
    else:
        show(args[0], int(args[1]), int(args[2]), int(args[3]) if len(args) > 3 else -1)


main()
