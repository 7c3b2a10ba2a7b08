import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { freePort } from './support/ports';
import { printed, Stage } from './support/program';

const WALLETS = 'Dorgival 60\nLivraria 250\n';

/** Two hosts on one cable, each in a network namespace; another test run has other names. */
const ID = process.pid.toString(36);
const HOSTS = [
  { name: `fio-a-${ID}`, cable: `fa${ID}`, ipv4: '10.77.0.1', ipv6: 'fd77::1' },
  { name: `fio-b-${ID}`, cable: `fb${ID}`, ipv4: '10.77.0.2', ipv6: 'fd77::2' },
] as const;

function ip(...words: string[]): void {
  const { status, stderr, error } = spawnSync('ip', words, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}

function connectHosts(): void {
  const [one, other] = HOSTS;
  for (const { name } of HOSTS) ip('netns', 'add', name);
  ip(
    'link',
    'add',
    one.cable,
    'netns',
    one.name,
    'type',
    'veth',
    'peer',
    other.cable,
    'netns',
    other.name,
  );
  for (const { name, cable, ipv4, ipv6 } of HOSTS) {
    ip('-n', name, 'address', 'add', `${ipv4}/24`, 'dev', cable);
    // Without the check for duplicates the address is there at once.
    ip('-n', name, 'address', 'add', `${ipv6}/64`, 'dev', cable, 'nodad');
    ip('-n', name, 'link', 'set', cable, 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
}

/** Deleting a namespace deletes its end of the cable, and so the cable. */
function removeHosts(): void {
  for (const { name } of HOSTS) spawnSync('ip', ['netns', 'delete', name]);
}

/** Why this machine cannot have two hosts; undefined when it can. */
function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, for network namespaces';
  if (spawnSync('ip', ['-V']).error !== undefined) return 'needs ip, of the package iproute2';
  try {
    ip('netns', 'add', `fio-try-${ID}`);
    ip('netns', 'delete', `fio-try-${ID}`);
    return undefined;
  } catch (error) {
    return `needs network namespaces: ${String(error)}`;
  }
}

const reason = process.env.CI === 'true' ? undefined : obstacle();

(reason === undefined ? describe : describe.skip)(
  `the four programs on two hosts${reason === undefined ? '' : ` (${reason})`}`,
  function () {
    this.timeout(30_000);
    const stage = new Stage();

    before(connectHosts);
    afterEach(() => stage.clear());
    after(removeHosts);

    const onHost = (index: 0 | 1) => ({ under: ['ip', 'netns', 'exec', HOSTS[index].name] });

    for (const family of ['ipv4', 'ipv6'] as const) {
      it(`work together over ${family}`, async () => {
        const [walletHost, storeHost] = HOSTS.map((host) =>
          family === 'ipv6' ? `[${host.ipv6}]` : host.ipv4,
        );
        const walletPort = await freePort();
        const storePort = await freePort();
        const walletServer = `${walletHost}:${walletPort}`;
        const storeServer = `${storeHost}:${storePort}`;

        const wallets = stage.start('svc_banco', [walletPort], { ...onHost(0), input: WALLETS });
        const store = stage.start('svc_loja', [25, storePort, 'Livraria', walletServer], onHost(1));
        const owner = stage.start('cln_banco', ['Dorgival', walletServer], {
          ...onHost(1),
          input: 'S\nO 5\n',
        });
        expect(await owner.outcome()).to.eql(printed(60, 1));
        const buyer = stage.start('cln_loja', ['Dorgival', walletServer, storeServer], {
          ...onHost(0),
          input: 'C\nT\n',
        });
        expect(await buyer.outcome()).to.eql(printed(25, 2, 0, 275));
        expect(await store.outcome()).to.eql(printed(1));
        expect(await wallets.outcome()).to.eql(printed('Dorgival 30', 'Livraria 275'));
      });
    }
  },
);
