import type {
  Account,
  FoundAccount,
  IdentityKey,
  ImportFindings,
  ImportRows,
  Instance,
} from '#src/stores/ports';
import type { Refusal } from './refusal.ts';
import type { Seen } from './seen.ts';

/** `extended`: an account that was there has gained identities. */
export type Outcome = 'added' | 'extended' | 'unchanged' | Refusal;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : never };

/** What becomes of a batch, line by line: what is there, what earlier lines have said, and what is to be added. */
export interface Batch {
  readonly found: ImportFindings;
  readonly rows: Mutable<ImportRows>;
  /** What lines of this batch and of those before have said. */
  seen(key: string): Seen | undefined;
  note(key: string, seen: Seen): void;
  ownerOf(identity: IdentityKey): FoundAccount | undefined;
  /** The id of the account of an identity, also of one that is to be added. */
  accountOf(identity: IdentityKey): string | undefined;
}

/** What the plan does not decide. */
export interface Rules {
  /** Of an account that is there. */
  subjectOf(account: FoundAccount): string;
  newAccount(family: string, hasSubject: boolean): Account;
  newInstance(instance: Pick<Instance, 'id' | 'app' | 'secretHash' | 'device' | 'firstViewer'>): Instance;
  readonly now: number;
}
