import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipUnlessSqlite } from '../services/wallet/support/sqlite';
import { freePort } from './support/ports';
import { printed, Stage } from './support/program';
import { readTrace, type SyncTrace } from './support/sync-trace';

const ORDERS = 20;

function skipUnlessStrace(context: Mocha.Context): void {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
  } catch {
    if (process.env.CI === 'true') throw new Error('strace is not installed, or may not trace');
    context.skip();
  }
}

describe('what a durable wallet server asks of the system', function () {
  this.timeout(30_000);
  const stage = new Stage();
  const folder = mkdtempSync(join(tmpdir(), 'fio-fsync-'));
  let trace: SyncTrace;

  before(async function () {
    skipUnlessStrace(this);
    await skipUnlessSqlite(this);
    const output = join(folder, 'trace');
    const calls = 'fsync,fdatasync,pwrite64,read,write,writev,sendmsg,sendto';
    const port = await freePort();
    const server = stage.start('svc_banco', [port, '--ledger', join(folder, 'wallets.db')], {
      input: 'Bezos 1000\n',
      under: [
        'strace',
        '-f',
        '-y',
        '-qq',
        '-e',
        'signal=none',
        '-e',
        `trace=${calls}`,
        '-o',
        output,
      ],
    });
    const commands = `${'O 1\n'.repeat(ORDERS)}F\n`;
    const client = await stage.run('cln_banco', ['Bezos', `localhost:${port}`], commands);
    await server.outcome();
    const numbers = Array.from({ length: ORDERS }, (_, index) => index + 1);
    expect(client).to.eql(printed(...numbers, ORDERS));
    trace = readTrace(readFileSync(output, 'utf8'), 'wallets.db-wal');
  });
  after(async () => {
    await stage.clear();
    rmSync(folder, { recursive: true });
  });

  it('is a sync of the log for each order that was made alone', () =>
    expect(trace.syncs).to.be.at.least(ORDERS));

  it('is to send the answer to each order after a sync that began after it had come', () =>
    expect(trace.synced).to.be.at.least(ORDERS));

  it('is never to send an answer while what was written is not synced', () =>
    expect(trace.early).to.eql([]));
});

describe('the reading of system calls', () => {
  const READ = '7 read(24<TCPv6:[12345]>, ""..., 65536) = 40';
  const WRITE = '7 pwrite64(21</tmp/x/wallets.db-wal>, ""..., 4096, 0) = 4096';
  const SYNC = '7 fsync(21</tmp/x/wallets.db-wal>) = 0';
  const ANSWER = '7 write(24<TCPv6:[12345]>, ""..., 28) = 28';
  const read = (...lines: string[]) => readTrace(lines.join('\n'), 'wallets.db-wal');

  it('takes an answer after the sync', () =>
    expect(read(READ, WRITE, SYNC, ANSWER)).to.eql({ syncs: 1, answers: 1, synced: 1, early: [] }));

  it('finds an answer between the write and the sync', () =>
    expect(read(READ, WRITE, ANSWER, SYNC).early).to.eql([ANSWER]));

  it('finds answers before anything was written', () => {
    const call = [READ, ANSWER, WRITE, SYNC];
    expect(read(...call, ...call)).to.eql({ syncs: 2, answers: 2, synced: 0, early: [] });
  });

  it('finds an answer after a sync that has failed', () =>
    expect(read(READ, WRITE, SYNC.replace('= 0', '= -1 EIO'), ANSWER).early).to.eql([ANSWER]));

  it('finds an answer after the sync of another file', () =>
    expect(read(READ, WRITE, SYNC.replace('-wal', ''), ANSWER).early).to.eql([ANSWER]));
});
