import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { BALANCES } from '../wallets';
import { callInLoops, echoInLoops } from './call-loop';
import { requireUntyped } from './node-peers';
import { HOST, type NodePeer } from './peer';

/** An i64 of thrift: a double cannot hold all of them. */
interface Int64 {
  toNumber(): number;
}
type Callback<T> = (error: Error | null | undefined, result: T) => void;

/** What is used of the package, and of what its compiler has made of peer.thrift. */
interface Thrift {
  createServer(service: unknown, handlers: unknown, options: unknown): Server;
  createConnection(host: string, port: number, options: unknown): ThriftConnection;
  createClient(service: unknown, connection: ThriftConnection): unknown;
  TFramedTransport: unknown;
  TBinaryProtocol: unknown;
}
interface ThriftConnection {
  readonly connection: Socket;
  on(event: 'error', listener: (error: Error) => void): void;
}
interface PeerClient {
  readBalance(wallet: string, callback: Callback<Int64>): void;
  echo(data: Buffer, callback: Callback<Buffer>): void;
}

const thriftPackage = requireUntyped('thrift') as Thrift;
const Int64Class = requireUntyped('node-int64') as new (value: number) => Int64;
const PeerService = requireUntyped('../../native/thrift/Peer.js');

const OPTIONS = {
  transport: thriftPackage.TFramedTransport,
  protocol: thriftPackage.TBinaryProtocol,
};

/** Apache Thrift's package, framed and binary, with the code of its compiler. */
export const thrift: NodePeer = {
  async serve() {
    const handlers = {
      readBalance: (wallet: string, result: Callback<Int64>) =>
        result(null, new Int64Class(BALANCES.get(wallet) ?? -1)),
      echo: (data: Buffer, result: Callback<Buffer>) => result(null, data),
    };
    const server = thriftPackage.createServer(PeerService, handlers, OPTIONS);
    server.listen(0, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },

  async connect(port) {
    const connection = thriftPackage.createConnection(HOST, port, OPTIONS);
    connection.on('error', (error) => {
      throw error;
    });
    await once(connection.connection, 'connect');
    connection.connection.setNoDelay(true);
    const peer = thriftPackage.createClient(PeerService, connection) as PeerClient;
    const read = ({ wallet }: { wallet: string }) =>
      promised<Int64>((callback) => peer.readBalance(wallet, callback)).then((value) => ({
        value: value.toNumber(),
      }));
    const echo = (data: Buffer) => promised<Buffer>((callback) => peer.echo(data, callback));
    return {
      read: ({ inFlight }, meter) => callInLoops(read, inFlight, meter),
      echo: ({ inFlight, bytes }, meter) => echoInLoops(echo, inFlight, bytes, meter),
    };
  },
};

function promised<T>(call: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
  });
}
