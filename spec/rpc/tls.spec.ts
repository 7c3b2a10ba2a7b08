import { once } from 'node:events';
import { connect as tlsConnect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import {
  authenticateByToken,
  client,
  connect,
  Server,
  type CallContext,
  type Channel,
  type ChannelOptions,
  type ServerOptions,
  type ServerTls,
} from '../../src/rpc/index';
import { hasOpenssl, makeCertificates, type Certificates } from '../support/certificates';
import { blob, Flow, plainFlow, textsOf } from '../support/flow-service';
import { HostilePeer } from '../support/hostile-peer';
import { errorOf, failureOf } from '../support/outcome';
import { note } from '../support/probe-service';
import { clientOpening } from '../support/raw-frames';

describe('TLS', () => {
  let made: Certificates;
  let server: Server;
  let port: number;
  let log: string[];
  let seen: CallContext[];
  const channels: Channel[] = [];
  const sockets: TLSSocket[] = [];
  const peers: HostilePeer[] = [];

  before('makes certificates by the command openssl', function () {
    this.timeout(20_000);
    if (hasOpenssl()) made = makeCertificates();
    else if (process.env.CI === 'true') throw new Error('openssl is not installed');
    else this.skip();
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const peer of peers.splice(0)) peer.destroy();
    await Promise.all(channels.splice(0).map((channel) => channel.close()));
    await server.close({ drainMs: 100 });
  });

  /** A server; without `tls` in clear. */
  async function serve(tls: ServerTls | undefined, options: ServerOptions = {}): Promise<void> {
    log = [];
    seen = [];
    // A client that leaves in the middle of a handshake is noticed by its time limit.
    const limits = { handshakeMsMax: 800 };
    server = new Server({ log: (line) => log.push(line), limits, ...options });
    server.add(Flow, {
      ...plainFlow,
      ask: (request, context) => {
        seen.push(context);
        return request;
      },
    });
    const listen = { port: 0, host: '127.0.0.1', ...(tls !== undefined && { tls }) };
    ({ port } = await server.listen(listen));
  }

  function dial(options: ChannelOptions = {}, host = 'localhost') {
    const channel = connect(`${host}:${port}`, options);
    channels.push(channel);
    return client(Flow, channel);
  }

  /** A client of Node's own, past the handshake. */
  async function rawTls(options: ConnectionOptions): Promise<TLSSocket> {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca: made.ca, ...options });
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    return socket;
  }

  describe('with a certificate that is trusted', () => {
    it('carries calls', async () => {
      await serve(made.server);
      expect((await dial({ tls: { ca: made.ca } }).ask(note('olá'))).text).to.equal('olá');
    });

    it('carries long messages both ways', async () => {
      await serve(made.server);
      const reply = await dial({ tls: { ca: made.ca } }).ask(blob(3_000_000));
      expect(reply.blob.length).to.equal(3_000_000);
    });

    it('checks an address too', async () => {
      await serve(made.server);
      expect((await dial({ tls: { ca: made.ca } }, '127.0.0.1').ask(note('a'))).text).to.equal('a');
    });

    it('carries credentials', async () => {
      await serve(made.server, { authenticate: authenticateByToken(new Map([['s3', 'alice']])) });
      await dial({ tls: { ca: made.ca }, credentials: 's3' }).ask(note(''));
      expect(seen[0]!.caller).to.equal('alice');
    });

    it('tells its secrets to who asks for them', async () => {
      await serve(made.server);
      const lines: string[] = [];
      const onKeyLog = (line: Buffer): void => void lines.push(line.toString());
      await dial({ tls: { ca: made.ca, onKeyLog } }).ask(note(''));
      expect(lines.join('')).to.match(/^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]+ [0-9a-f]+$/m);
    });

    it('tells those of the server too', async () => {
      const lines: string[] = [];
      await serve({ ...made.server, onKeyLog: (line) => lines.push(line.toString()) });
      await dial({ tls: { ca: made.ca } }).ask(note(''));
      expect(lines.join('')).to.match(/^SERVER_TRAFFIC_SECRET_0 /m);
    });
  });

  describe('is refused by a client', () => {
    for (const [title, name, reason] of [
      ['whose certificate is for another host', 'wrongHost', /does not match certificate/],
      ['whose certificate has expired', 'expired', /certificate has expired/],
      ['whose certificate has signed itself', 'selfSigned', /self-signed certificate/],
    ] as const) {
      it(`of a server ${title}`, async () => {
        await serve(made[name]);
        const { code, text, mayHaveActed } = await failureOf(
          dial({ tls: { ca: made.ca } }).ask(note('')),
        );
        expect([code, mayHaveActed, reason.test(text), text]).to.deep.equal([
          14,
          false,
          true,
          text,
        ]);
      });
    }

    it('at once, also when its call would wait for the server', async () => {
      await serve(made.selfSigned);
      const flow = dial({ tls: { ca: made.ca }, connectTimeoutMs: 60_000 });
      const { text } = await failureOf(flow.ask(note(''), { waitForReady: true }));
      expect(text).to.match(/self-signed certificate/);
    });

    it('at once, also when its call streams and would wait', async () => {
      await serve(made.selfSigned);
      const flow = dial({ tls: { ca: made.ca }, connectTimeoutMs: 60_000 });
      const { text } = await failureOf(textsOf(flow.count(note('1'), { waitForReady: true })));
      expect(text).to.match(/self-signed certificate/);
    });

    it('that does not know who has signed', async () => {
      await serve(made.server);
      expect((await failureOf(dial({ tls: true }).ask(note('')))).text).to.match(/certificate/);
    });

    it('of a server that speaks no TLS', async () => {
      await serve(undefined);
      const { code, mayHaveActed } = await failureOf(dial({ tls: { ca: made.ca } }).ask(note('')));
      expect([code, mayHaveActed]).to.deep.equal([14, false]);
    });
  });

  describe('at a server', () => {
    it('does not serve a client that speaks none', async () => {
      await serve(made.server);
      expect((await failureOf(dial().ask(note('')))).code).to.equal(14);
    });

    it('tells the log of it', async () => {
      await serve(made.server);
      const peer = await HostilePeer.connect(port);
      peers.push(peer);
      await peer.send(clientOpening()).ended();
      expect(log.join()).to.match(/^127\.0\.0\.1:\d+: TLS: .*wrong version number/);
    });

    it('drops a client that begins no handshake', async () => {
      await serve(made.server, { limits: { handshakeMsMax: 50 } });
      const peer = await HostilePeer.connect(port);
      peers.push(peer);
      await peer.ended();
      expect(peer.received).to.have.length(0);
    });

    it('agrees on the protocol fio/1', async () => {
      await serve(made.server);
      const socket = await rawTls({ ALPNProtocols: ['h2', 'fio/1'] });
      expect(socket.alpnProtocol).to.equal('fio/1');
    });

    it('refuses a client that offers other protocols only', async () => {
      await serve(made.server);
      const error = await errorOf(rawTls({ ALPNProtocols: ['h2'] }));
      expect(error?.code).to.equal('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
    });

    it('serves a client that offers none', async () => {
      await serve(made.server);
      const socket = await rawTls({});
      socket.write(clientOpening());
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      expect(bytes.subarray(0, 4).toString('latin1')).to.equal('\x89FIO');
    });

    it('refuses TLS 1.1', async () => {
      await serve(made.server);
      const error = await errorOf(
        rawTls({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
      );
      expect(error?.code).to.match(/^ERR_SSL_|^ECONNRESET$/);
    });
  });

  describe('with certificates of clients', () => {
    const byCertificate: ServerOptions = { authenticate: authenticateByToken(new Map()) };

    it('says who calls', async () => {
      await serve({ ...made.server, ca: made.ca, requestCert: true }, byCertificate);
      await dial({ tls: { ca: made.ca, ...made.client } }).ask(note(''));
      expect(seen[0]!.caller).to.equal('carol');
    });

    it('does not serve a client without one', async () => {
      await serve({ ...made.server, ca: made.ca, requestCert: true }, byCertificate);
      expect((await failureOf(dial({ tls: { ca: made.ca } }).ask(note('')))).code).to.equal(14);
    });

    it('does not serve one whose certificate is not trusted', async () => {
      await serve({ ...made.server, ca: made.ca, requestCert: true }, byCertificate);
      const flow = dial({ tls: { ca: made.ca, ...made.selfSigned } });
      expect((await failureOf(flow.ask(note('')))).code).to.equal(14);
    });

    it('serves strangers where that is allowed', async () => {
      const tls = { ...made.server, ca: made.ca, requestCert: true, rejectUnauthorized: false };
      await serve(tls, byCertificate);
      await dial({ tls: { ca: made.ca } }).ask(note(''));
      expect(seen[0]!.caller).to.equal(undefined);
    });

    it('does not believe a name that nobody has signed', async () => {
      const tls = { ...made.server, ca: made.ca, requestCert: true, rejectUnauthorized: false };
      await serve(tls, byCertificate);
      await dial({ tls: { ca: made.ca, ...made.selfSigned } }).ask(note(''));
      expect(seen[0]!.caller).to.equal(undefined);
    });
  });

  it('may be given up while it is begun', async () => {
    await serve(undefined, { limits: { handshakeMsMax: 60_000 } });
    const flow = dial({ tls: { ca: made.ca }, connectTimeoutMs: 20 }, '127.0.0.1');
    const { code } = await failureOf(flow.ask(note('')));
    expect(code).to.equal(14);
  });
});
