import { connect } from 'node:net';

export interface RawAnswer {
  /** Status of each response that came back on the connection, in order. */
  readonly statuses: readonly number[];
  /** Everything that came back, as text. */
  readonly text: string;
}

/** Sends bytes exactly as written and collects what comes back until the server closes the connection. */
const sendRaw = (origin: string, bytes: string): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    const done = () =>
      resolve({
        text,
        statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)),
      });
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', done);
    // A reset after an answer is one way of closing; without an answer it is a failure.
    socket.on('error', (error) => (text === '' ? reject(error) : done()));
  });

/** One request from its lines; asks for the connection to be closed. */
export const sendLines = (origin: string, lines: readonly string[], body = ''): Promise<RawAnswer> =>
  sendRaw(origin, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
