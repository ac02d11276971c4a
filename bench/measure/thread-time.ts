import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds of CPU that a process of another program and its children have used (Linux only). */
export const cpuOf = (pid: number): number =>
  threadsOf(pid).reduce((sum, task) => {
    const [nanoseconds = '0'] = readFileSync(`${task}/schedstat`, 'utf8').split(' ');
    return sum + Number(nanoseconds) / 1_000;
  }, 0);

/** Bytes of memory, likewise. */
export const rssOf = (pid: number): number =>
  [pid, ...childrenOf(pid)].reduce((sum, each) => {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8')) ?? [];
    return sum + Number(kilobytes) * 1_024;
  }, 0);

const threadsOf = (pid: number): readonly string[] =>
  [pid, ...childrenOf(pid)].flatMap((each) =>
    readdirSync(`/proc/${each}/task`).map((thread) => `/proc/${each}/task/${thread}`),
  );

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
