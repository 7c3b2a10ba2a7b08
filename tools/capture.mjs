// `make capture`: plays a payment and a sale with the real programs, and writes what went over TCP
// as a pcapng file. The bytes pass through relays of ours, so nobody has to be root.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const SEGMENT_BYTES_MAX = 16_384;
const LINKTYPE_RAW = 101;
const HOST = Buffer.from([127, 0, 0, 1]);
const PROGRAM_MS_MAX = 20_000;
const DIALS_MAX = 200;
const DIAL_PAUSE_MS = 25;

const file = process.argv[2] ?? 'payment.pcapng';
const packets = [];

/** A port of localhost that nobody listens on, for a program that is told its port. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Hands connections on to a port, and keeps what passes. */
async function relayTo(port) {
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1');
    const ends = { client: client.remotePort, server: server.address().port };
    const sent = { client: 1, server: 1 };
    for (const [from, to, side] of [
      [client, target, 'client'],
      [target, client, 'server'],
    ]) {
      from.setNoDelay(true);
      from.on('data', (bytes) => record(ends, sent, side, bytes));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, close: () => server.close() };
}

function record(ends, sent, side, bytes) {
  const other = side === 'client' ? 'server' : 'client';
  for (let at = 0; at < bytes.length; at += SEGMENT_BYTES_MAX) {
    const payload = bytes.subarray(at, at + SEGMENT_BYTES_MAX);
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(ends[side], 0);
    tcp.writeUInt16BE(ends[other], 2);
    tcp.writeUInt32BE(sent[side], 4);
    tcp.writeUInt32BE(sent[other], 8);
    tcp.writeUInt16BE(0x5018, 12); // 5 words; PSH, ACK
    tcp.writeUInt16BE(0xffff, 14);
    const ip = Buffer.alloc(20);
    ip.writeUInt8(0x45, 0);
    ip.writeUInt16BE(40 + payload.length, 2);
    ip.writeUInt16BE(0x4006, 8); // time to live, TCP
    HOST.copy(ip, 12);
    HOST.copy(ip, 16);
    sent[side] += payload.length;
    const us = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
    packets.push({ us, bytes: Buffer.concat([ip, tcp, payload]) });
  }
}

/** Sections of pcapng: type, length, body, length again. */
function block(type, body) {
  const size = 12 + body.length + (-body.length & 3);
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(size, 4);
  body.copy(bytes, 8);
  bytes.writeUInt32LE(size, size - 4);
  return bytes;
}

function toPcapng() {
  const section = Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex');
  const link = Buffer.alloc(8);
  link.writeUInt16LE(LINKTYPE_RAW, 0);
  const records = packets.map(({ us, bytes }) => {
    const head = Buffer.alloc(20);
    head.writeUInt32LE(Number(us >> 32n), 4);
    head.writeUInt32LE(Number(us & 0xffff_ffffn), 8);
    head.writeUInt32LE(bytes.length, 12);
    head.writeUInt32LE(bytes.length, 16);
    return block(6, Buffer.concat([head, bytes]));
  });
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, link), ...records]);
}

const children = [];

function start(program, ...args) {
  const child = spawn(process.execPath, [`dist/bin/${program}.js`, ...args.map(String)], {
    stdio: ['pipe', 'ignore', 'inherit'],
    timeout: PROGRAM_MS_MAX,
  });
  child.stdin.on('error', () => undefined);
  children.push(child);
  return child;
}

/** Runs a client to its end with these lines. */
async function run(program, input, ...args) {
  const child = start(program, ...args);
  child.stdin.end(input);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** Waits until a server listens, without a connection in the capture. */
async function listening(port) {
  for (let dial = 0; dial < DIALS_MAX; dial++) {
    const socket = connect(port, '127.0.0.1');
    const is = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (is) return;
    await pause(DIAL_PAUSE_MS);
  }
  throw new Error(`nobody listens on port ${port}`);
}

async function play() {
  const [bankPort, shopPort] = [await freePort(), await freePort()];
  start('svc_banco', bankPort).stdin.end(readFileSync('examples/wallets.txt'));
  await listening(bankPort);
  const bank = await relayTo(bankPort);
  start('svc_loja', 25, shopPort, 'Livraria', `localhost:${bank.port}`);
  await listening(shopPort);
  const shop = await relayTo(shopPort);
  const bankAt = `localhost:${bank.port}`;
  const shopAt = `localhost:${shop.port}`;
  await run('cln_banco', 'S\nO 60\nX 1 600 Dorgival\nX 1 60 Dorgival\nS\n', 'Papai_Noel', bankAt);
  await run('cln_loja', 'C\nT\n', 'Dorgival', bankAt, shopAt);
  bank.close();
  shop.close();
}

try {
  await play();
  writeFileSync(file, toPcapng());
  console.log(`${file}: ${packets.length} packets`);
} finally {
  for (const child of children) child.kill();
}
