import {
  client,
  connect,
  RpcError,
  Server,
  StatusCode,
  type Channel,
  type Client,
  type Handlers,
  type ServiceDesc,
} from '../../../src/rpc/index';

/** A service behind a real connection on the loopback, and a client of it. */
export interface Loopback<S extends ServiceDesc> {
  readonly server: Server;
  readonly address: string;
  readonly service: Client<S>;
  readonly channel: Channel;
  close(): Promise<void>;
}

export async function serveOnLoopback<S extends ServiceDesc>(
  service: S,
  handlers: Handlers<S>,
): Promise<Loopback<S>> {
  const server = new Server().add(service, handlers);
  const { port } = await server.listen({ port: 0, host: '127.0.0.1' });
  const address = `127.0.0.1:${port}`;
  const channel = connect(address);
  const close = async () => {
    await channel.close();
    await server.close({ drainMs: 1_000 });
  };
  return { server, address, channel, service: client(service, channel), close };
}

/** The code that a call fails with: its name, or 'OK'. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'OK';
  } catch (error) {
    if (error instanceof RpcError) return StatusCode[error.code];
    throw error;
  }
}
