import { startWire, type Wire } from './wire.ts';

/** The statements that one round trip carried: what was sent until the server had to answer. */
export type RoundTrip = readonly string[];

export interface PostgresWire extends Wire {
  /** To the database through this wire. */
  readonly url: string;
  /** The round trips since they were last taken, without those by which a connection begins. */
  take(): readonly RoundTrip[];
  /**
   * Ends the connection of the next round trip with a statement like this once the server has answered it, that is after
   * COMMIT; the answer is lost. Resolves when that has happened.
   */
  loseAnswer(statement: RegExp): Promise<void>;
}

/** A wire to the PostgreSQL server of this URL. TLS it cannot read. */
export const startPostgresWire = async (url: string): Promise<PostgresWire> => {
  const server = new URL(url);
  const trips: RoundTrip[] = [];
  let losing: { readonly statement: RegExp; readonly lost: PromiseWithResolvers<void> } | undefined;

  const wire = await startWire({ host: server.hostname, port: Number(server.port || 5432) }, (end) => {
    let doomed: typeof losing;
    const trip = (statements: RoundTrip): void => {
      trips.push(statements);
      if (!losing || !statements.some((text) => losing?.statement.test(text))) return;
      doomed = losing;
      losing = undefined;
    };
    const readClient = createClientReader(trip);
    const isAnswered = createAnswerReader();
    return {
      toServer: readClient,
      toClient: (bytes) => {
        if (!doomed) return true;
        if (isAnswered(bytes)) {
          end();
          doomed.lost.resolve();
        }
        return false;
      },
    };
  });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(wire.port);
  return {
    ...wire,
    url: through.href,
    take: () => trips.splice(0),
    loseAnswer: (statement) => {
      const lost = Promise.withResolvers<void>();
      losing = { statement, lost };
      return lost.promise;
    },
  };
};

/** Splits what arrives into messages: `offset` bytes, then a length that counts itself. */
const createSplitter = (offsetOf: () => number, message: (bytes: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes: Buffer): void => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const offset = offsetOf();
      if (rest.length < offset + 4) return;
      const end = offset + rest.readUInt32BE(offset);
      if (rest.length < end) return;
      const whole = rest.subarray(0, end);
      rest = rest.subarray(end);
      message(whole);
    }
  };
};

const encryptionRequests = new Set([80_877_103, 80_877_104]);

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const createClientReader = (trip: (statements: RoundTrip) => void) => {
  let isTyped = false;
  let statements: string[] = [];
  const textAt = (bytes: Buffer, from: number): string =>
    bytes.toString('utf8', from, bytes.indexOf(0, from));
  const end = (): void => {
    trip(statements);
    statements = [];
  };
  return createSplitter(
    () => (isTyped ? 1 : 0),
    (bytes) => {
      if (!isTyped) {
        isTyped = !encryptionRequests.has(bytes.readUInt32BE(4));
        return;
      }
      const type = String.fromCharCode(bytes[0] ?? 0);
      if (type === 'P') statements.push(textAt(bytes, bytes.indexOf(0, 5) + 1));
      if (type === 'Q') statements.push(textAt(bytes, 5));
      if (type === 'Q' || type === 'S') end();
    },
  );
};

/** Begins where a message does. True once the server is ready for the next query. */
const createAnswerReader = () => {
  let isReady = false;
  const read = createSplitter(
    () => 1,
    (bytes) => {
      if (bytes[0] === 'Z'.charCodeAt(0)) isReady = true;
    },
  );
  return (bytes: Buffer): boolean => {
    read(bytes);
    return isReady;
  };
};
