/**
 * Writes a line on standard output.
 * @returns when the system has it, so what comes next comes after it
 * @throws the stream's error; EPIPE when nobody reads any more
 */
export function print(value: number | string): Promise<void> {
  return write(`${value}\n`);
}

/** Writes a text on standard output as it is; otherwise like print(). */
export function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}
