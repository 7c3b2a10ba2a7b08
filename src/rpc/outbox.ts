import { Buffer } from 'node:buffer';
import { ByteWriter } from '../wire/byte-writer';
import type { Environment } from './environment';
import type { Transport } from './transport';
import { Turns, type DataSource } from './turns';

/** Where a slab begins; it grows with what is written in one tick. */
const SLAB_BYTES = 16_384;
/** From here on a slab is sent without waiting for the end of the tick. */
const SLAB_FULL_BYTES = 65_536;
/**
 * So many CALLs or ENDs leave before the tick's end, then twice as many, and so on: the other end
 * works on them while we make the rest, where else one of the two always waits for the other. Not
 * where there is other work to do meanwhile: on other connections, or in what has come already.
 */
const HEAD_START = 16;
/** What Node's sockets give at a time, at most. */
const READ_FULL_BYTES = 65_536;
/** A slab that grew beyond this is not kept for the next use. */
const SLAB_KEPT_BYTES = 262_144;
const SLABS_KEPT = 64;
/** Slabs that one flush sends before it lets other connections go on. */
const ROUNDS_MAX = 16;

/** Free slabs of all connections, each with its cursor: an idle connection holds none. */
const freeSlabs: ByteWriter[] = [];
/** In place of one: nothing is ever written to it. */
const NO_SLAB = new ByteWriter(Buffer.alloc(0));
/** Nobody waits: most connections never have a stream that does. */
const NOBODY = new Turns();

export interface OutboxEvents {
  /** So many ENDs have left for the network: their streams' slots are free. */
  onEndsSent(count: number): void;
  /** The peer has left too many control frames unread. */
  onPeerNotReading(): void;
}

/**
 * What a connection sends. Frames are encoded straight into a slab, which is written once per
 * tick: a write per call leaves a fifth to a half of the throughput. Control frames, CALL and END
 * go into the slab at once; DATA waits in turn, stream by stream, and goes when the socket is
 * free, so a control frame never stands behind more than one slab of DATA.
 */
export class Outbox {
  /** Of this process. */
  private static lastToSend: Outbox | undefined;
  private slab = NO_SLAB;
  private turns = NOBODY;
  private isScheduled = false;
  private isTurnComing = false;
  private isHeld = false;
  private isBlocked = false;
  private isFinishing = false;
  private isClosed = false;
  private endsInSlab = 0;
  /** CALLs and ENDs in the slab, and at how many they leave. */
  private callFrames = 0;
  private headStart = HEAD_START;
  private endsInSocket = 0;
  private controlBytes = 0;
  /** Where the last whole frame in the slab ends. */
  private committed = 0;
  /** Made by the first frame that does not answer one that is being read. */
  private onTickEnd: (() => void) | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly environment: Environment,
    private readonly controlBytesMax: number,
    private readonly events: OutboxEvents,
  ) {}

  /**
   * Where to write the next frame, whole, before anything else happens; then commit(). A frame that
   * was begun and not committed, because its message could not be encoded, is gone.
   */
  open(): ByteWriter {
    if (this.slab.offset !== this.committed) this.slab.rewind(this.committed);
    if (this.isDue && !this.isBlocked) this.sendBeforeTickEnd();
    const writer = this.takeSlab();
    if (!this.isScheduled && !this.isHeld) {
      this.isScheduled = true;
      this.environment.defer((this.onTickEnd ??= () => this.endTick()));
    }
    return writer;
  }

  /** What has been written is a whole frame. */
  commit(): void {
    this.committed = this.slab.offset;
  }

  /** Whether DATA may be written with open() now, or has to wait for its turn. */
  get takesData(): boolean {
    return (
      this.turns.isEmpty &&
      this.committed < SLAB_FULL_BYTES &&
      !this.isBlocked &&
      !this.isFinishing &&
      !this.isClosed
    );
  }

  /** Whether more waits for the socket than leaves at once: what is long should not be added. */
  get isBacklogged(): boolean {
    return this.isBlocked && this.committed >= SLAB_FULL_BYTES;
  }

  /** Write a frame that the peer makes us send or that costs no credit: too many are its fault. */
  control(write: (writer: ByteWriter) => void): void {
    if (this.isFinishing) return;
    const writer = this.open();
    const before = writer.offset;
    write(writer);
    this.commit();
    if (!this.isBlocked) return;
    this.controlBytes += writer.offset - before;
    if (this.controlBytes > this.controlBytesMax) this.events.onPeerNotReading();
  }

  /** A CALL has been written. */
  callWritten(): void {
    this.callFrames++;
  }

  /** An END has been written: tell when it has left. */
  endWritten(): void {
    this.callFrames++;
    this.endsInSlab++;
  }

  /**
   * Let `source` write DATA when its turn comes.
   * @param hasBegun its next frame goes on with a message
   */
  enqueue(source: DataSource, hasBegun = false): void {
    if (this.turns === NOBODY) this.turns = new Turns();
    this.turns.add(source, hasBegun);
    if (!this.isHeld && !this.isBlocked) this.scheduleTurn();
  }

  /** `source` has nothing to send any more. */
  dequeue(source: DataSource): void {
    this.turns.delete(source);
  }

  /**
   * Bytes are being read: what is written meanwhile goes at once when that is done.
   * @param bytesRead how many: with a read that is full, more is there to be read
   */
  hold(bytesRead: number): void {
    this.isHeld = true;
    this.headStart = bytesRead < READ_FULL_BYTES ? HEAD_START : Infinity;
  }

  release(): void {
    this.isHeld = false;
    this.flush(true);
  }

  /** Send what is there, then end our half; nothing more may be written. */
  finish(): void {
    this.isFinishing = true;
    this.turns.clear();
    this.flush(false);
  }

  /** The transport is gone. */
  close(): void {
    this.isClosed = true;
    this.turns.clear();
    this.freeSlab();
    if (Outbox.lastToSend === this) Outbox.lastToSend = undefined;
  }

  /** The transport has sent all that it had taken. */
  onDrained(): void {
    this.isBlocked = false;
    this.controlBytes = 0;
    const ends = this.endsInSocket;
    this.endsInSocket = 0;
    if (ends > 0) this.events.onEndsSent(ends);
    this.flush(true);
  }

  /**
   * Only what is in the slab: DATA that waits is given its turn after other input and output, or
   * a sender that never pauses would keep everybody else from reading.
   */
  private endTick(): void {
    this.isScheduled = false;
    this.headStart = HEAD_START;
    this.flush(false);
  }

  private scheduleTurn(): void {
    if (this.isTurnComing) return;
    this.isTurnComing = true;
    this.environment.later(() => {
      this.isTurnComing = false;
      this.flush(true);
    });
  }

  /** Whether what is in the slab leaves before more is written to it. */
  private get isDue(): boolean {
    if (this.callFrames >= this.headStart && Outbox.lastToSend === this) return true;
    return this.committed >= SLAB_FULL_BYTES;
  }

  private sendBeforeTickEnd(): void {
    this.headStart *= 2;
    this.flush(false);
  }

  /** @param takesTurns whether DATA that waits goes too */
  private flush(takesTurns: boolean): void {
    if (this.isClosed) {
      this.freeSlab();
      return;
    }
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (this.isBlocked) return;
      if (takesTurns && !this.turns.isEmpty) this.fill();
      if (this.committed === 0) {
        this.freeSlab();
        if (this.isFinishing) this.endHalf();
        return;
      }
      this.send();
    }
    this.scheduleTurn();
  }

  /** DATA, turn by turn, until the slab is full. */
  private fill(): void {
    this.takeSlab().rewind(this.committed);
    const { turns } = this;
    // Another slab than before, when a source has written so much more that it was sent.
    while (this.takeSlab().offset < SLAB_FULL_BYTES && turns.writeFrame(this.slab)) this.commit();
    // Every second time in any case: many short messages must not keep a long one for ever.
    if (this.slab.offset >= SLAB_FULL_BYTES && !turns.isRestDue()) return;
    while (turns.writeRest(this.takeSlab())) {
      this.commit();
      if (this.slab.offset >= SLAB_FULL_BYTES) return;
    }
  }

  private send(): void {
    const writer = this.slab;
    const length = this.committed;
    const ends = this.endsInSlab;
    this.endsInSlab = 0;
    this.callFrames = 0;
    Outbox.lastToSend = this;
    writer.offset = this.committed = 0;
    if (this.transport.write(writer.buffer.subarray(0, length))) {
      if (ends > 0) this.events.onEndsSent(ends);
      return;
    }
    // The socket keeps the slab until it has left.
    this.isBlocked = true;
    this.endsInSocket += ends;
    this.slab = NO_SLAB;
  }

  private endHalf(): void {
    this.isClosed = true;
    this.transport.endWrite();
  }

  /** The one that we hold, or a free one. */
  private takeSlab(): ByteWriter {
    if (this.slab === NO_SLAB) {
      this.slab = freeSlabs.pop() ?? new ByteWriter(Buffer.allocUnsafeSlow(SLAB_BYTES));
    }
    return this.slab;
  }

  private freeSlab(): void {
    const { slab } = this;
    if (slab === NO_SLAB) return;
    this.slab = NO_SLAB;
    this.committed = 0;
    slab.rewind(0);
    if (slab.buffer.length <= SLAB_KEPT_BYTES && freeSlabs.length < SLABS_KEPT)
      freeSlabs.push(slab);
  }
}
