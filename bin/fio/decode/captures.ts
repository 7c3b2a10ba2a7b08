import type { Buffer } from 'node:buffer';

/** A packet as it is in a capture file. */
export interface Packet {
  readonly linkType: number;
  readonly bytes: Buffer;
}

const PCAP_HEAD_BYTES = 24;
const PCAP_MAGICS: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xa1b23c4d]);
const PCAPNG_MAGIC = 0x0a0d0d0a;
const PCAPNG_ORDER = 0x1a2b3c4d;
const [INTERFACE, SIMPLE_PACKET, ENHANCED_PACKET] = [1, 3, 6];

/** The packets of a pcap or pcapng file, as far as it goes; undefined when it is neither. */
export function readCapture(file: Buffer): Packet[] | undefined {
  if (file.length < PCAP_HEAD_BYTES) return undefined;
  if (file.readUInt32BE(0) === PCAPNG_MAGIC) return readPcapng(file);
  if (PCAP_MAGICS.has(file.readUInt32BE(0))) return readPcap(file, (at) => file.readUInt32BE(at));
  if (PCAP_MAGICS.has(file.readUInt32LE(0))) return readPcap(file, (at) => file.readUInt32LE(at));
  return undefined;
}

function readPcap(file: Buffer, u32: (at: number) => number): Packet[] {
  const linkType = u32(20) & 0xffff;
  const packets: Packet[] = [];
  let at = PCAP_HEAD_BYTES;
  while (at + 16 <= file.length) {
    const end = at + 16 + u32(at + 8);
    packets.push({ linkType, bytes: file.subarray(at + 16, end) });
    at = end;
  }
  return packets;
}

function readPcapng(file: Buffer): Packet[] {
  const packets: Packet[] = [];
  let linkTypes: number[] = [];
  let isLittle = true;
  let at = 0;
  const u32 = (from: number): number =>
    isLittle ? file.readUInt32LE(from) : file.readUInt32BE(from);
  while (at + 12 <= file.length) {
    const isSection = file.readUInt32BE(at) === PCAPNG_MAGIC;
    if (isSection) {
      isLittle = file.readUInt32LE(at + 8) === PCAPNG_ORDER;
      linkTypes = [];
    }
    const [type, length] = [u32(at), u32(at + 4)];
    // A block that is cut, or that says it is nothing, is the end.
    if (length < 12 || at + length > file.length) break;
    if (type === INTERFACE && length >= 20) {
      linkTypes.push(isLittle ? file.readUInt16LE(at + 8) : file.readUInt16BE(at + 8));
    }
    if (type === ENHANCED_PACKET && length >= 32) {
      const bytes = file.subarray(at + 28, Math.min(at + 28 + u32(at + 20), at + length - 4));
      packets.push({ linkType: linkTypes[u32(at + 8)] ?? -1, bytes });
    }
    if (type === SIMPLE_PACKET && length >= 16) {
      const bytes = file.subarray(at + 12, Math.min(at + 12 + u32(at + 8), at + length - 4));
      packets.push({ linkType: linkTypes[0] ?? -1, bytes });
    }
    at += length;
  }
  return packets;
}
