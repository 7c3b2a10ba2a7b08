import { expect } from 'chai';
import {
  formatAddress,
  RpcError,
  Server,
  StatusCode,
  type OutcomeStore,
  type ServiceTypes,
} from '../../src/rpc/index';
import { HostileServer } from '../support/hostile-peer';
import { CASES } from '../../src/conformance/cases/index';
import { checkClient, checkServer } from '../../src/conformance/check';
import { Conformance, Empty } from '../../src/conformance/gen/conformance';
import { makeConformanceHandlers, ServedConformance } from '../../src/conformance/handlers';
import type {
  CallCase,
  Case,
  Outcome,
  RawClientCase,
  RawServerCase,
} from '../../src/conformance/model';
import { perform, type Task } from '../../src/conformance/perform';
import { createConformanceServer } from '../../src/conformance/reference-server';

/** That a case passes with what is right is the matter of conformance.spec.ts. */
function callCase(name: string): CallCase {
  const one = caseNamed(name);
  if ('steps' in one && !('connections' in one)) return one;
  throw new Error(`${name} is no case of calls`);
}

function rawClientCase(name: string): RawClientCase {
  const one = caseNamed(name);
  if ('script' in one) return one;
  throw new Error(`${name} has no raw client`);
}

function rawServerCase(name: string): RawServerCase {
  const one = caseNamed(name);
  if ('connections' in one) return one;
  throw new Error(`${name} has no raw server`);
}

function caseNamed(name: string): Case {
  const one = CASES.find((each) => each.name === name);
  if (one === undefined) throw new Error(`there is no case ${name}`);
  return one;
}

const conformanceHandlers = makeConformanceHandlers();

describe('a case finds a wrong client', () => {
  const server = createConformanceServer();
  let address = '';
  before(async () => {
    address = formatAddress(await server.listen({ port: 0, host: '127.0.0.1' }));
  });
  after(() => server.close({ drainMs: 0 }));

  const WRONG: readonly (readonly [
    what: string,
    name: string,
    change: (outcome: Outcome) => Outcome,
    problem: string,
  ])[] = [
    [
      'that tells another status',
      'status_code_and_message',
      (outcome) => ({ ...outcome, code: 13 }),
      "step 1 (UnaryCall): status 2 was expected, not 13 'test status message'",
    ],
    [
      'that changes the text',
      'special_status_message',
      (outcome) => ({ ...outcome, text: outcome.text.trim() }),
      'step 1 (UnaryCall): text "\\t\\ntest with',
    ],
    [
      'that loses a reply',
      'server_streaming',
      (outcome) => ({ ...outcome, replies: outcome.replies.slice(1) }),
      'step 1 (StreamingOutputCall): 4 replies were expected, not 3',
    ],
    [
      'that changes the order of replies',
      'server_streaming',
      (outcome) => ({ ...outcome, replies: [...outcome.replies].reverse() }),
      'step 1 (StreamingOutputCall): reply 1: payload',
    ],
    [
      'that loses the second value of a key',
      'duplicate_metadata_unary',
      (outcome) => ({
        ...outcome,
        trailers: outcome.trailers.filter(([key], at) => key !== 'x-first' || at === 0),
      }),
      'step 1 (UnaryCall): trailers [["x-first","6f6e65"]',
    ],
    [
      'that does not know whether the server has acted',
      'failed_host_name',
      (outcome) => ({ ...outcome, mayHaveActed: true }),
      'step 1 (EmptyCall): mayHaveActed false was expected, not true',
    ],
    [
      'that does not know a typed error',
      'typed_error_unary',
      (outcome) => JSON.parse(JSON.stringify({ ...outcome, refusal: undefined })) as Outcome,
      'step 1 (UnaryCall): the typed error Refusal {"what":"no","limit":7,"filler":""} was expected',
    ],
    [
      'that gives a remembered answer to a new call',
      'keyed_new_key',
      (outcome) => ({ ...outcome, replies: [{ run: 1 }] }),
      'step 2 (KeyedCall): run (1 more than in step 1) 2 was expected, not 1',
    ],
  ];
  for (const [what, name, change, problem] of WRONG) {
    it(what, async () => {
      const found = await checkClient(callCase(name), address, async (task) => {
        const outcomes = await perform(task);
        return outcomes.map((step) => step.map(change));
      });
      expect(found?.slice(0, problem.length)).to.equal(problem);
    });
  }

  it('that makes less calls than it should', async () => {
    const one = callCase('channel_soak');
    const found = await checkClient(one, address, () => Promise.resolve([[]]));
    expect(found).to.equal('step 1 (UnaryCall): 0 outcomes instead of 30');
  });

  it('that asks for an outcome with another key', async () => {
    const one = rawServerCase('keyed_given_up_is_asked_again');
    const found = await checkClient(one, address, (task) =>
      perform(JSON.parse(JSON.stringify(task).replace('"key":"mine",', '')) as Task),
    );
    expect(found).to.equal('connection 1: script step 6: the same key as before was expected');
  });

  it('that does not connect', async () => {
    const one = rawServerCase('ping');
    const found = await checkClient(one, address, () => Promise.resolve('ok'));
    expect(found).to.equal('1 connections less than expected were made');
  });
});

describe('a case finds a wrong server', () => {
  let server: Server | undefined;
  let hostile: HostileServer | undefined;
  afterEach(async () => {
    await server?.close({ drainMs: 0 });
    await hostile?.close();
    server = hostile = undefined;
  });

  async function serving(right: Server): Promise<string> {
    server = right;
    return formatAddress(await right.listen({ port: 0, host: '127.0.0.1' }));
  }

  async function answering(bytes: string): Promise<string> {
    hostile = await HostileServer.listen((peer) => {
      peer.socket.once('data', () => peer.send(bytes).end());
    });
    return `127.0.0.1:${hostile.port}`;
  }

  it('that has the method that no server has', async () => {
    const all = { ...conformanceHandlers, unimplementedCall: () => Empty.create() };
    const address = await serving(new Server().add(Conformance, all));
    const found = await checkServer(callCase('unimplemented_method'), address);
    expect(found).to.equal("step 1 (UnimplementedCall): status 12 was expected, not 0 ''");
  });

  it('that does not send metadata back', async () => {
    const address = await serving(
      new Server().add(ServedConformance, {
        ...conformanceHandlers,
        unaryCall: (request, context) =>
          conformanceHandlers.unaryCall(request, {
            ...context,
            metadata: [],
            remainingMs: () => undefined,
            setTrailers: () => undefined,
            sendMetadata: () => undefined,
          }),
      }),
    );
    const found = await checkServer(callCase('custom_metadata'), address);
    expect(found).to.contain('step 1 (UnaryCall): initial metadata [["x-fio-echo-initial"');
  });

  it('that runs a keyed call again', async () => {
    const forgetful: OutcomeStore = {
      transact: async (_, effect) => ({ outcome: (await effect(undefined)).bytes }),
    };
    const address = await serving(
      new Server().add(ServedConformance, makeConformanceHandlers(), forgetful),
    );
    const found = await checkServer(callCase('keyed_same_key'), address);
    expect(found).to.equal('step 2 (KeyedCall): run (0 more than in step 1) 1 was expected, not 2');
  });

  it('that does not tell of an error which one it is', async () => {
    const unaryCall = () => Promise.reject(new RpcError(StatusCode.FAILED_PRECONDITION, 'no'));
    const address = await serving(
      new Server().add(ServedConformance, { ...conformanceHandlers, unaryCall }),
    );
    const found = await checkServer(rawClientCase('typed_error_bytes'), address);
    expect(found).to.contain("END(9 'no') on 1: flags 'MSG' were expected, not ''");
    expect(found).to.contain(
      "typed error 1 with detail '000000026e6f0000000700000000' was expected",
    );
  });

  it('that does not tell all of its messages', async () => {
    const types = (): ServiceTypes => {
      const told = ServedConformance.types();
      return { ...told, messages: told.messages.filter(({ name }) => !name.endsWith('.Pair')) };
    };
    const address = await serving(
      new Server().add({ ...ServedConformance, types }, conformanceHandlers),
    );
    const found = await checkServer(rawClientCase('describe_one'), address);
    expect(found).to.equal(
      "script step 2: the description lacks 'message fio.conformance.Pair', and 2 more",
    );
  });

  it('that ends the connection at once', async () => {
    const found = await checkServer(rawClientCase('hello_is_answered'), await answering(''));
    expect(found).to.equal(
      'script step 1: HELLO was expected: the connection ended; what came: nothing',
    );
  });

  it('that speaks something else', async () => {
    const found = await checkServer(
      rawClientCase('hello_is_answered'),
      await answering('48 54 54 50 2f 31 2e 31'),
    );
    expect(found).to.contain('what came: no preface but 485454502f312e31');
  });

  it('that has another flag than it should', async () => {
    const found = await checkServer(
      rawClientCase('hello_is_answered'),
      await answering('89 46 49 4f 0d 0a 1a 0a 00000000 00000000 01 00 0000 0000 0000'),
    );
    expect(found).to.equal("script step 1: HELLO on 0: flags 'REPLY' were expected, not ''");
  });

  it('that names another rule', async () => {
    const found = await checkServer(
      rawClientCase('client_stream_id_reused'),
      await answering(`89 46 49 4f 0d 0a 1a 0a
        0000000e 00000000 08 00 000d 0000 0000  00000000 00000000 0004 05 0001 78`),
    );
    expect(found).to.equal(
      "script step 2: GOAWAY(13 'x') on 0: a text that begins with STREAM_ID_REUSED: was expected, not 'x'; " +
        "GOAWAY(13 'x') on 0: last stream from 1 to 2147483647 was expected, not 0",
    );
  });

  it('that does not listen', async () => {
    const address = await answering('');
    await hostile?.close();
    const found = await checkServer(rawClientCase('hello_is_answered'), address);
    expect(found).to.contain('ECONNREFUSED');
  });
});
