import { writeSync } from 'node:fs';
import { systemErrorCode } from '#src/lib/system-error';

export interface LineWriter {
  /** Text that ends with a line break. */
  write(line: string): void;
}

export interface CountingLineWriter extends LineWriter {
  /** Lines that were lost since the start, because nobody read them. */
  readonly lost: number;
}

/** Bytes that a pipe takes as a whole, also while other processes write to it (PIPE_BUF on Linux). */
const batchSize = 4_096;

/** Batches written together: each write wakes the reader, which may take the processor from this process. */
const maxBatches = 8;

/** Batches kept while nobody reads: 4 MB. Lines beyond them are counted and lost. */
const maxKept = 1_024;

/** Milliseconds that a line waits for others: a process that is killed loses no more. */
const maxWait = 50;

/** Milliseconds between attempts, and for how long, at the exit of a process whose reader is busy. */
const pause = 10;
const patience = 2_000;

/** UTF-8 has at most three bytes per UTF-16 unit. */
const maxBytesOf = (line: string): number => line.length * 3;

/**
 * Writes lines in batches: one system call for many lines, and none that blocks. `process.stdout` makes its pipe or socket
 * non-blocking; what that cannot take yet is kept and tried again. Nothing is lost at exit, not even after an uncaught
 * exception.
 */
const createLineWriter = (fd: number): CountingLineWriter => {
  const batch = Buffer.allocUnsafeSlow(batchSize);
  let used = 0;
  const kept: Buffer[] = [];
  let isDue = false;
  let readerIsGone = false;
  /** Of which the log has not told yet. */
  let lost = 0;
  let allLost = 0;

  /** False if nothing could be written. */
  const send = (bytes: Buffer): boolean => {
    try {
      const written = writeSync(fd, bytes);
      kept.shift();
      if (written < bytes.length) kept.unshift(bytes.subarray(written));
      return true;
    } catch (error) {
      readerIsGone = systemErrorCode(error) === 'EPIPE';
      if (readerIsGone) kept.length = 0;
      return readerIsGone;
    }
  };

  const endBatch = (): void => {
    if (used > 0) kept.push(Buffer.from(batch.subarray(0, used)));
    used = 0;
  };

  /** Writes how many lines are missing, in their place. */
  const reportLost = (): void => {
    if (lost === 0) return;
    const line = { level: 'warn', lines: lost, msg: 'lines of this log were lost: nobody read it' };
    lost = 0;
    kept.push(Buffer.from(`${JSON.stringify(line)}\n`));
  };

  /** True once everything has been written. */
  const flush = (): boolean => {
    endBatch();
    for (let next = kept[0]; next; next = kept[0]) {
      if (!send(next)) return false;
      if (kept.length === 0) reportLost();
    }
    return true;
  };

  const flushLater = (): void => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      if (!flush()) flushLater();
    }, maxWait).unref();
  };

  flushAtExit(flush);

  return {
    get lost() {
      return allLost;
    },
    write: (line) => {
      if (readerIsGone || kept.length >= maxKept) {
        allLost += 1;
        if (readerIsGone) return;
        lost += 1;
        return flushLater();
      }
      reportLost();
      if (maxBytesOf(line) > batchSize - used) endBatch();
      if (maxBytesOf(line) > batchSize) kept.push(Buffer.from(line));
      else used += batch.write(line, used);
      if (kept.length === maxBatches) flush();
      else flushLater();
    },
  };
};

/** Tries again for a while if the reader is busy. `flush` returns true once everything has been written. */
const flushAtExit = (flush: () => boolean): void => {
  process.on('exit', () => {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let waited = 0; !flush() && waited < patience; waited += pause) Atomics.wait(clock, 0, 0, pause);
  });
};

let opened: CountingLineWriter | undefined;

/** A process has one: two would write out of turn. */
export const stdoutWriter: CountingLineWriter = {
  get lost() {
    return opened?.lost ?? 0;
  },
  write: (line) => {
    opened ??= createLineWriter(process.stdout.fd);
    opened.write(line);
  },
};
