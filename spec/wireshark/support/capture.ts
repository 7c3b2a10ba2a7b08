import { Buffer } from 'node:buffer';

const MAGIC = 0xa1b2c3d4;
const LINKTYPE_RAW = 101;
const SNAP_BYTES_MAX = 262_144;
const CLIENT = Buffer.from([127, 0, 0, 1]);
const SERVER = Buffer.from([127, 0, 0, 2]);
const PACKET_US = 1_000;

export const SERVER_PORT = 7001;

/** A pcap file of TCP segments, made by hand: IPv4 without a link layer, a packet each ms. */
export class Capture {
  private readonly packets: { readonly bytes: Buffer; readonly keptBytes: number }[] = [];
  private readonly sequences = new Map<string, number>();

  /**
   * One segment of the connection whose client has that port.
   * @param keptBytes what is in the capture of the packet, as by `tcpdump -s`
   */
  segment(
    clientPort: number,
    from: 'client' | 'server',
    payload: Uint8Array,
    keptBytes = SNAP_BYTES_MAX,
  ): this {
    const isClient = from === 'client';
    const way = `${clientPort} ${from}`;
    const sequence = this.sequences.get(way) ?? 1;
    this.sequences.set(way, sequence + payload.length);
    const tcp = Buffer.alloc(20);
    tcp.writeUInt16BE(isClient ? clientPort : SERVER_PORT, 0);
    tcp.writeUInt16BE(isClient ? SERVER_PORT : clientPort, 2);
    tcp.writeUInt32BE(sequence, 4);
    tcp.writeUInt32BE(
      this.sequences.get(`${clientPort} ${isClient ? 'server' : 'client'}`) ?? 1,
      8,
    );
    tcp.writeUInt16BE(0x5018, 12); // 5 words, PSH and ACK
    tcp.writeUInt16BE(0xffff, 14);
    const ip = Buffer.alloc(20);
    ip.writeUInt8(0x45, 0);
    ip.writeUInt16BE(40 + payload.length, 2);
    ip.writeUInt16BE(0x4006, 8); // time to live, TCP
    (isClient ? CLIENT : SERVER).copy(ip, 12);
    (isClient ? SERVER : CLIENT).copy(ip, 16);
    this.packets.push({ bytes: Buffer.concat([ip, tcp, payload]), keptBytes });
    return this;
  }

  get length(): number {
    return this.packets.length;
  }

  toPcap(): Buffer {
    const head = Buffer.alloc(24);
    head.writeUInt32BE(MAGIC, 0);
    head.writeUInt16BE(2, 4);
    head.writeUInt16BE(4, 6);
    head.writeUInt32BE(SNAP_BYTES_MAX, 16);
    head.writeUInt32BE(LINKTYPE_RAW, 20);
    const records = this.packets.flatMap(({ bytes, keptBytes }, i) => {
      const kept = bytes.subarray(0, keptBytes);
      const record = Buffer.alloc(16);
      record.writeUInt32BE(Math.floor((i * PACKET_US) / 1e6), 0);
      record.writeUInt32BE((i * PACKET_US) % 1e6, 4);
      record.writeUInt32BE(kept.length, 8);
      record.writeUInt32BE(bytes.length, 12);
      return [record, kept];
    });
    return Buffer.concat([head, ...records]);
  }
}
