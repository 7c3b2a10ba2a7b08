import { type Buffer } from 'node:buffer';

/** What one TCP packet says, of one end to the other. */
export interface Segment {
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly isSyn: boolean;
  readonly payload: Buffer;
}

const TCP = 6;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const VLAN = 0x8100;

/** Bytes in front of the IP packet, by link type: of those that a loopback or a host has. */
const LINKS: Readonly<Record<number, (packet: Buffer) => number | undefined>> = {
  0: () => 4, // BSD loopback
  1: (packet) => ethernet(packet, 12),
  101: () => 0, // raw IP
  108: () => 4, // OpenBSD loopback
  113: (packet) => ethernet(packet, 14), // Linux cooked
  228: () => 0,
  229: () => 0,
  276: (packet) => (isIp(packet.readUInt16BE(0)) ? 20 : undefined), // Linux cooked, version 2
};

function isIp(type: number): boolean {
  return type === IPV4 || type === IPV6;
}

function ethernet(packet: Buffer, typeAt: number): number | undefined {
  const at = packet.readUInt16BE(typeAt) === VLAN ? typeAt + 4 : typeAt;
  return isIp(packet.readUInt16BE(at)) ? at + 2 : undefined;
}

/** The TCP segment in a packet; undefined when there is none, or not all of its headers. */
export function readSegment(linkType: number, packet: Buffer): Segment | undefined {
  try {
    const at = LINKS[linkType]?.(packet);
    if (at === undefined) return undefined;
    const ip = packet.subarray(at);
    return ip.readUInt8(0) >> 4 === 6 ? readIpv6(ip) : readIpv4(ip);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // cut by the capture
    throw error;
  }
}

function readIpv4(ip: Buffer): Segment | undefined {
  if (ip.readUInt8(9) !== TCP) return undefined;
  const headBytes = (ip.readUInt8(0) & 0x0f) * 4;
  const source = [...ip.subarray(12, 16)].join('.');
  const target = [...ip.subarray(16, 20)].join('.');
  return readTcp(ip.subarray(headBytes, ip.readUInt16BE(2) || ip.length), source, target);
}

function readIpv6(ip: Buffer): Segment | undefined {
  if (ip.readUInt8(6) !== TCP) return undefined;
  const address = (at: number): string =>
    `[${Array.from({ length: 8 }, (_, i) => ip.readUInt16BE(at + 2 * i).toString(16)).join(':')}]`;
  return readTcp(ip.subarray(40, 40 + ip.readUInt16BE(4)), address(8), address(24));
}

function readTcp(tcp: Buffer, source: string, target: string): Segment {
  const headBytes = (tcp.readUInt8(12) >> 4) * 4;
  return {
    from: `${source}:${tcp.readUInt16BE(0)}`,
    to: `${target}:${tcp.readUInt16BE(2)}`,
    sequence: tcp.readUInt32BE(4),
    isSyn: (tcp.readUInt8(13) & 2) !== 0,
    payload: tcp.subarray(headBytes),
  };
}
