import { z } from 'zod';
import { type Mark, markRow, refusal } from '../moving.ts';
import type { Database } from './database.ts';
import { command, one } from './statement.ts';

/** Undefined for a database that is not being moved. */
export const readMark = async (database: Database): Promise<Mark | undefined> => {
  const found = await database.run(find({}));
  return found?.isThere ? database.run(read({})) : undefined;
};

const find = one(`SELECT to_regclass('moving') IS NOT NULL AS is_there`, z.object({ isThere: z.boolean() }));
const read = one('SELECT state, other, since FROM moving', markRow);

/** Runs in the caller's transaction, as do the others. */
export const writeMark = (mark: Mark) => [create({}), empty({}), insert({ ...mark })] as const;

const create = command(
  'CREATE TABLE IF NOT EXISTS moving (state text NOT NULL, other text NOT NULL, since bigint NOT NULL)',
);
const empty = command('DELETE FROM moving');
const insert = command('INSERT INTO moving (state, other, since) VALUES (:state, :other, :since)');

const others = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
  AND tablename NOT IN ('moving', 'schema_versions') ORDER BY tablename`;

const copying = 'kinpass.copying';

/**
 * Starts a transaction of the copy that wrote this mark, which may write where others are refused. Fails once the mark was
 * replaced by another run of the copy, or removed by its cut-over; until the transaction ends, neither can happen.
 */
export const asCopy = ({ since }: Pick<Mark, 'since'>) =>
  command(
    `DO $$ BEGIN
      PERFORM FROM moving WHERE since = ${since} FOR SHARE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'another copy has begun' USING ERRCODE = 'object_not_in_prerequisite_state';
      END IF;
      PERFORM set_config('${copying}', 'yes', true);
    END $$`,
  )({});

/**
 * Refuses every change of a row except by the copy, whatever the privileges. Creating a trigger waits for the transactions that
 * write to its table.
 */
export const refuseChanges = command(
  `DO $$ DECLARE own name; BEGIN
    CREATE OR REPLACE FUNCTION refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $refuse$
      BEGIN
        IF current_setting('${copying}', true) IS DISTINCT FROM 'yes' THEN
          RAISE EXCEPTION '${refusal}' USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        RETURN NULL;
      END $refuse$;
    FOR own IN ${others} LOOP
      EXECUTE format('CREATE OR REPLACE TRIGGER store_left BEFORE INSERT OR UPDATE OR DELETE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_changes()', own);
    END LOOP;
  END $$`,
);

export const allowChanges = command('DROP FUNCTION IF EXISTS refuse_changes() CASCADE');

export const removeMark = command('DROP TABLE IF EXISTS moving');
