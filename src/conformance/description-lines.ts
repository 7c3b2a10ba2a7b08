import type { Buffer } from 'node:buffer';

// What a DescribeReply says (docs/PROTOCOL.md §7.5), as lines of text without the comments, read from
// its bytes by hand:
//
//   service fio.conformance.Conformance 65000
//   method fio.conformance.Conformance UnaryCall 2 UNARY UNSAFE fio.conformance.Request fio…Response
//   message fio.conformance.Refusal error 1 code 9
//   field fio.conformance.Refusal what 1 string SINGLE

const KINDS = ['UNARY', 'SERVER_STREAMING', 'CLIENT_STREAMING', 'BIDIRECTIONAL'];
const IDEMPOTENCIES = ['UNSAFE', 'IDEMPOTENT', 'KEYED'];
const LABELS = ['SINGLE', 'OPTIONAL', 'REPEATED', 'MAP'];

/** @throws RangeError when the bytes are no DescribeReply */
export function descriptionLines(message: Buffer): string[] {
  const reader = new NaiveReader(message);
  return [
    ...reader.list(serviceLines),
    ...reader.list(messageLines),
    ...reader.list((one) => [`enum ${one.string()}`]),
  ].flat();
}

function serviceLines(reader: NaiveReader): string[] {
  const name = reader.string();
  const id = reader.u32();
  reader.string();
  const methods = reader.list((one) => {
    const [method, number] = [one.string(), one.u32()];
    const [kind, idempotency] = [KINDS[one.u32()], IDEMPOTENCIES[one.u32()]];
    const words = [method, number, kind, idempotency, one.string(), one.string()];
    return `method ${name} ${words.join(' ')}`;
  });
  return [`service ${name} ${id}`, ...methods];
}

function messageLines(reader: NaiveReader): string[] {
  const name = reader.string();
  reader.string();
  const fields = reader.list((one) => {
    const [field, number, type] = [one.string(), one.u32(), one.string()];
    const label = LABELS[one.u32()];
    const [key, oneof] = [one.string(), one.string()];
    const words = [field, number, type, label, key && `key=${key}`, oneof && `oneof=${oneof}`];
    return `field ${name} ${words.filter((word) => word !== '').join(' ')}`;
  });
  const [error, code] = [reader.u32(), reader.u32()];
  return [`message ${name}${error === 0 ? '' : ` error ${error} code ${code}`}`, ...fields];
}

/** Reads messages in their order; bytes behind what is known of an element are skipped. */
class NaiveReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  u32(): number {
    const value = this.bytes.readUInt32BE(this.at);
    this.at += 4;
    return value;
  }

  string(): string {
    return this.take(this.u32()).toString('utf8');
  }

  list<T>(read: (element: NaiveReader) => T): T[] {
    const count = this.u32();
    const elements: T[] = [];
    while (elements.length < count) elements.push(read(new NaiveReader(this.take(this.u32()))));
    return elements;
  }

  private take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError('the description is cut');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}
