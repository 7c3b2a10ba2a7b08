// What the processes of a measurement say: a line of JSON each on standard output, whatever the
// language. A server says its port, and answers a line of input by collecting its garbage; a client
// says when its warm-up is over and what it has counted. Both end with their standard input.

export interface Port {
  readonly port: number;
}

export interface Collected {
  readonly collected: true;
}

/** Of a client whose connections idle: so many are open. It opens the rest for a line of input. */
export interface Open {
  readonly open: number;
}

export interface Begun {
  readonly begun: true;
}

export interface Counted {
  readonly count: number;
  readonly elapsedMs: number;
  readonly p50Us?: number | undefined;
  readonly p99Us?: number | undefined;
}

/** Of a process that measures something by itself. */
export interface Value {
  readonly value: number;
}

export interface Failure {
  readonly error: string;
}

/** Say it, and wait until the system has it. */
export function say(
  message: Port | Collected | Open | Begun | Counted | Value | Failure,
): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve());
  });
}
