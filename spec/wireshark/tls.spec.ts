import { expect } from 'chai';
import { readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Certificates } from '../programs/support/certificates';
import { freePort } from '../programs/support/ports';
import { Stage } from '../programs/support/program';
import { Capture } from './support/capture';
import { modelOfServices, needsTshark, Tshark } from './support/tshark';

const FIRST_PORT = 20_000;

/** Passes connections on to a port, and keeps their bytes: a client may dial before it is open. */
async function relayTo(port: number, capture: Capture): Promise<{ port: number; close(): void }> {
  let connections = 0;
  const server = createServer((client) => {
    const clientPort = FIRST_PORT + connections++;
    const target = connect(port, '127.0.0.1');
    client.on('data', (bytes) => capture.segment(clientPort, 'client', bytes));
    target.on('data', (bytes) => capture.segment(clientPort, 'server', bytes));
    client.on('error', () => target.destroy());
    target.on('error', () => client.destroy());
    client.pipe(target).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('Wireshark and --keylog', function () {
  this.timeout(60_000);
  const stage = new Stage();
  let files: Certificates | undefined;
  let tshark: Tshark | undefined;

  before(function () {
    needsTshark(this);
    files = new Certificates();
    files.addAuthority('ca');
    files.add('server', 'ca', 'the server', 'DNS:localhost,IP:127.0.0.1');
    tshark = Tshark.forModel(modelOfServices('wallet/wallet.proto'));
  });
  after(() => {
    files?.remove();
    tshark?.remove();
  });
  afterEach(() => stage.clear());

  for (const side of ['client', 'server'] as const) {
    it(`a TLS session is readable with the ${side}'s`, async () => {
      const log = files!.path(`${side}.keys`);
      const flagsOf = (one: string) => (one === side ? ['--keylog', log] : []);
      const trust = ['--tls', '--ca', files!.path('ca.pem')];
      const pair = [
        '--tls',
        '--cert',
        files!.path('server.pem'),
        '--key',
        files!.path('server.key'),
      ];
      const port = await freePort();
      stage.start('svc_banco', [port, ...pair, ...flagsOf('server')], { input: 'Ana 10\n' });
      const capture = new Capture();
      const relay = await relayTo(port, capture);
      const args = ['Ana', `localhost:${relay.port}`, ...trust, ...flagsOf('client')];
      const { stdout } = await stage.run('cln_banco', args, 'S\n');
      relay.close();
      expect(stdout).to.equal('10\n');
      expect(statSync(log).mode & 0o777).to.equal(0o600);
      expect(readFileSync(log, 'utf8')).to.match(/^SERVER_HANDSHAKE_TRAFFIC_SECRET /m);

      const pcap = capture.toPcap();
      expect(tshark!.infos(pcap).join('\n')).not.to.contain('Wallet');
      const shown = tshark!.infos(pcap, '-o', `tls.keylog_file:${log}`).join('\n');
      expect(shown).to.contain('CALL Wallet.ReadBalance wallet="Ana"');
      expect(shown).to.contain('END Wallet.ReadBalance OK value=10');
    });
  }
});
