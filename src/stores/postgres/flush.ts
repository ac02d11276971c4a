import type { Connection, Submittable } from 'pg';
import type { Statement } from './statement.ts';
import type { Columns } from './values.ts';

/** What a statement returned. */
interface Answer {
  readonly columns: Columns;
  readonly rows: readonly (readonly (string | null)[])[];
}

/** As the driver calls who submitted the messages that are answered. */
interface Listener extends Submittable {
  handleRowDescription(message: { readonly fields: Columns }): void;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handleCommandComplete(): void;
  handleEmptyQuery(): void;
  handlePortalSuspended(): void;
  handleError(error: unknown): void;
  handleReadyForQuery(): void;
}

/**
 * Sends statements in one write, with one Sync at the end: they are one transaction, which no client can leave open, and take
 * one round trip (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). Each of them sees what
 * was committed before it began. `prepared`: names of the statements that the connection has; undefined to use none.
 */
export const createFlush = (
  statements: readonly Statement<unknown>[],
  prepared: Set<string> | undefined,
): { readonly listener: Listener; readonly answers: Promise<readonly Answer[]> } => {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Answer[]>();
  const answers: Answer[] = [];
  let columns: Columns = [];
  let rows: (readonly (string | null)[])[] = [];
  const answered = () => {
    answers.push({ columns, rows });
    columns = [];
    rows = [];
  };
  const listener: Listener = {
    submit: (connection) => send(connection, statements, prepared),
    handleRowDescription: ({ fields }) => {
      columns = fields;
    },
    handleDataRow: ({ fields }) => {
      rows.push(fields);
    },
    handleCommandComplete: answered,
    handleEmptyQuery: answered,
    handlePortalSuspended: answered,
    handleError: reject,
    handleReadyForQuery: () => {
      for (const { name } of statements) prepared?.add(name);
      resolve(answers);
    },
  };
  return { listener, answers: promise };
};

const send = (
  connection: Connection,
  statements: readonly Statement<unknown>[],
  prepared: ReadonlySet<string> | undefined,
): void => {
  const sent = new Set(prepared);
  connection.stream.cork();
  for (const { text, name, values } of statements) {
    const statement = prepared ? name : '';
    if (!sent.has(statement)) {
      // A failed transaction keeps what it prepared: closing what is not there is no error.
      if (statement !== '') connection.close({ type: 'S', name: statement }, true);
      connection.parse({ name: statement, text, types: [] }, true);
      if (statement !== '') sent.add(statement);
    }
    connection.bind({ statement, values: [...values] }, true);
    connection.describe({ type: 'P', name: '' }, true);
    connection.execute({}, true);
  }
  connection.sync();
  connection.stream.uncork();
};
