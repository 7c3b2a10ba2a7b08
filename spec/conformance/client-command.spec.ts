import { expect } from 'chai';
import { formatAddress } from '../../src/rpc/index';
import { CASES } from '../../src/conformance/cases/index';
import { checkClient } from '../../src/conformance/check';
import { readAnswer } from '../../src/conformance/client-answer';
import { ClientCommand } from '../../src/conformance/client-command';
import type { CallCase } from '../../src/conformance/model';
import { createConformanceServer } from '../../src/conformance/reference-server';

const EMPTY_UNARY = CASES.find(({ name }) => name === 'empty_unary') as (typeof CASES)[number] &
  CallCase;
const RIGHT = {
  outcomes: [
    [{ code: 0, text: '', replies: [], initialMetadata: [], trailers: [], mayHaveActed: false }],
  ],
};

describe('the command of a client under test', function () {
  this.timeout(10_000);
  const server = createConformanceServer();
  let command: ClientCommand | undefined;
  let address = '';
  before(async () => {
    address = formatAddress(await server.listen({ port: 0, host: '127.0.0.1' }));
  });
  after(() => server.close({ drainMs: 0 }));
  afterEach(() => command?.close());

  /** What a case says of a client that is such a program for Node. */
  function verdictOn(script: string, rest = ''): Promise<string | undefined> {
    command = new ClientCommand(`node -e "${script}" ${rest}`);
    return checkClient(EMPTY_UNARY, address, command.perform);
  }

  /** A program that answers each line of its input by `expression`, of `task` and `count`. */
  function answering(expression: string): string {
    return `let count = 0; require('readline').createInterface({ input: process.stdin })
      .on('line', (line) => { const task = JSON.parse(line); count++; console.log(${expression}); })`;
  }

  const TEXT = `JSON.stringify(${JSON.stringify(RIGHT).replaceAll('"', "'")})`;

  it('passes by an answer that is right', async () => {
    expect(await verdictOn(answering(TEXT))).to.equal(undefined);
  });

  it('is told name, address and steps, and not what is expected', async () => {
    const keys = "Object.keys(task) + ' ' + Object.keys(task.steps[0])";
    const problem = await verdictOn(answering(`JSON.stringify({ error: ${keys} })`));
    expect(problem).to.equal('the client says: name,address,steps method');
  });

  it('does all cases in one process', async () => {
    const answer = `count < 2 ? ${TEXT} : JSON.stringify({ error: 'case ' + count })`;
    await verdictOn(answering(answer));
    const second = await checkClient(EMPTY_UNARY, address, command!.perform);
    expect(second).to.equal('the client says: case 2');
  });

  it('has a new process for each case when it has {address} or {case}', async () => {
    const answer = `JSON.stringify({ error: process.argv.slice(1) + ' ' + count })`;
    await verdictOn(answering(answer), '{case} {address}');
    const second = await checkClient(EMPTY_UNARY, address, command!.perform);
    expect(second).to.equal(`the client says: empty_unary,${address} 1`);
  });

  it('may say ok when it compares by itself', async () => {
    expect(await verdictOn(answering("'ok'"), '{case}')).to.equal(undefined);
  });

  it('has failed by its exit code, whatever it says', async () => {
    const script = `${answering("'ok'")}.on('close', () => process.exit(3))`;
    expect(await verdictOn(script, '{case}')).to.equal('the client ended with exit code 3');
  });

  it('has failed when it ends without an answer, and its last words are told', async () => {
    const script = "console.error('no such module'); process.exit(1)";
    expect(await verdictOn(script)).to.equal('the client ended without an answer: no such module');
  });

  it('is started again for the next case when it has not answered the one before', async () => {
    const script = answering(`task.name === 'late' ? '' : ${TEXT}`).replace(
      'console.log(',
      "if (task.name !== 'late') console.log(",
    );
    command = new ClientCommand(`node -e "${script}"`);
    const task = { name: 'late', address, steps: [] };
    const late = command.perform(task).catch((error: unknown) => (error as Error).message);
    const answer = await command.perform({ ...task, name: 'next' });
    expect([await late, answer]).to.deep.equal([
      'the client ended without an answer',
      RIGHT.outcomes,
    ]);
  });

  it('is started again after it has ended', async () => {
    await verdictOn('process.exit(1)');
    const again = await checkClient(EMPTY_UNARY, address, command!.perform);
    expect(again).to.equal('the client ended without an answer');
  });
});

describe('the answer of a client under test', () => {
  const WRONG: readonly (readonly [line: string, problem: string])[] = [
    ['{', "the client's answer is not JSON: '{'"],
    ['7', 'the answer is no object'],
    ['{"outcomes":7}', 'outcomes is no list'],
    ['{"outcomes":[7]}', 'outcomes[0] is no list'],
    ['{"outcomes":[[],[7]]}', 'outcomes[1][0] is no object'],
    ['{"outcomes":[[{"code":"0"}]]}', 'outcomes[0][0].code is no number'],
    [
      '{"outcomes":[[{"code":0,"text":"","initialMetadata":[],"trailers":[],"mayHaveActed":false}]]}',
      'outcomes[0][0].replies is no list',
    ],
  ];
  for (const [line, problem] of WRONG) {
    it(`is refused with its place: ${problem}`, () => {
      expect(() => readAnswer(line)).to.throw(Error, problem);
    });
  }

  it('is what it says', () => {
    expect(readAnswer(JSON.stringify(RIGHT))).to.deep.equal(RIGHT.outcomes);
  });
});
