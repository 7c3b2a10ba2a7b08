import { client, connect, Server, type Channel, type ServerOptions } from '../../src/rpc/index';
import { HostilePeer } from './hostile-peer';
import { clientOpening } from './raw-frames';
import { note, plainHandlers, Probe, type Note, type ProbeHandlers } from './probe-service';

/** What the bystander's call is answered; see TcpProbe.bystanderAnswer(). */
export const SERVED = 'served to the end';

/**
 * A real server on 127.0.0.1 with the probe service, and beside the hostile peers of a test a
 * well-behaved client with a call in progress: whatever they do, it must be answered.
 */
export class TcpProbe {
  private readonly peers: HostilePeer[] = [];

  private constructor(
    readonly server: Server,
    readonly port: number,
    /** What the server has told its log. */
    readonly log: readonly string[],
    private readonly channel: Channel,
    private readonly bystander: Promise<Note>,
    private readonly release: () => void,
  ) {}

  /** Serves when the bystander's call is in its handler. */
  static async start(
    options: ServerOptions = {},
    handlers: Partial<ProbeHandlers> = {},
  ): Promise<TcpProbe> {
    const log: string[] = [];
    const server = new Server({ log: (line) => log.push(line), ...options });
    let isHeld: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (isHeld = resolve));
    let release: () => void = () => undefined;
    const answer = new Promise<Note>((resolve) => (release = () => resolve(note(SERVED))));
    const { hold } = { ...plainHandlers, ...handlers };
    server.add(Probe, {
      ...plainHandlers,
      ...handlers,
      hold: (request, context) => {
        if (request.text !== 'bystander') return hold(request, context);
        isHeld();
        return answer;
      },
    });
    const { port } = await server.listen({ port: 0, host: '127.0.0.1' });
    const channel = connect(`127.0.0.1:${port}`);
    const bystander = client(Probe, channel).hold(note('bystander'));
    await held;
    return new TcpProbe(server, port, log, channel, bystander, release);
  }

  /** A peer that has sent nothing. */
  async stranger(): Promise<HostilePeer> {
    const peer = await HostilePeer.connect(this.port);
    this.peers.push(peer);
    return peer;
  }

  /** A peer that has sent preface and HELLO. */
  async guest(): Promise<HostilePeer> {
    const peer = await this.stranger();
    return peer.send(clientOpening());
  }

  /** Let the bystander's handler end: what its client gets. */
  async bystanderAnswer(): Promise<string> {
    this.release();
    return (await this.bystander).text;
  }

  async stop(): Promise<void> {
    this.release();
    for (const peer of this.peers) peer.destroy();
    await this.bystander;
    await this.channel.close();
    await this.server.close({ drainMs: 100 });
  }
}
